// The stock @connectrpc/connect-web client against the HTTP front: every wire form.
// usage: node connect_web_test.mjs ECHO_SERVER DESCRIPTOR_SET
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import test from "node:test";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";

const [program, descriptors] = process.argv.slice(2);
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));
const service = registry.getService("faultline.testing.Echo");

const server = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
const baseUrl = `http://127.0.0.1:${(await lines.next()).value}`;

const transports = {
  "Connect, JSON": createConnectTransport({ baseUrl }),
  "Connect, binary": createConnectTransport({ baseUrl, useBinaryFormat: true }),
  "gRPC-Web, binary": createGrpcWebTransport({ baseUrl }),
  "gRPC-Web, JSON": createGrpcWebTransport({ baseUrl, useBinaryFormat: false }),
};

const codeOf = async (promise) => {
  const error = await promise.then(() => assert.fail("it succeeded"), (reason) => ConnectError.from(reason));
  return error;
};

for (const [name, transport] of Object.entries(transports)) {
  const client = createClient(service, transport);
  test(`${name}: a call`, async () => {
    let head, tail;
    const answer = await client.say({ text: "ä", times: 2n }, {
      headers: { authorization: "Bearer x", "x-echo": "e" },
      onHeader: (headers) => (head = headers),
      onTrailer: (trailers) => (tail = trailers),
    });
    assert.equal(answer.text, "ää");
    assert.equal(answer.number, 1n << 60n);
    assert.equal(answer.metadata.authorization, "Bearer x");
    assert.equal(answer.metadata["x-echo"], "e");
    assert.equal(head.get("x-head"), "h");
    assert.equal(tail.get("x-tail"), "t");
  });
  test(`${name}: a stream`, async () => {
    const numbers = [];
    for await (const message of client.repeat({ text: "a", times: 100n })) numbers.push(Number(message.number));
    assert.deepEqual(numbers, [...Array(100).keys()]);
  });
  test(`${name}: errors`, async () => {
    const error = await codeOf(client.say({ code: 5 }));
    assert.equal(error.code, Code.NotFound);
    assert.equal(error.rawMessage, 'said "no", 100 % sure');
    const ended = await codeOf((async () => { for await (const _ of client.repeat({ times: 1n, code: 8 })); })());
    assert.equal(ended.code, Code.ResourceExhausted);
    assert.equal((await codeOf(client.say({ wait: true }, { timeoutMs: 100 }))).code, Code.DeadlineExceeded);
  });
  test(`${name}: a caller that goes away`, async () => {
    const abort = new AbortController();
    let got = 0;
    const error = await codeOf((async () => {
      for await (const _ of client.repeat({ text: "a" }, { signal: abort.signal })) if (++got === 3) abort.abort();
    })());
    assert.equal(error.code, Code.Canceled);
  });
}

test.after(() => server.stdin.end());
