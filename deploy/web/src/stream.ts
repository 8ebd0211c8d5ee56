// Calls that answer in a stream: Connect's enveloped JSON form.
import { CallError } from "./api";

const SERVICE = "faultline.v1.FailureQueryService";
const END = 2;  // the flag of the last envelope
const HEAD = 5;  // flags, and the length in four bytes

function enveloped(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD + message.length);
  new DataView(bytes.buffer).setUint32(1, message.length);
  bytes.set(message, HEAD);
  return bytes;
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
};

interface End { error?: { code?: string; message?: string } }

// Gives each message as it comes. Throws CallError when the stream ends with one, or breaks.
export async function* stream<T>(method: string, request: object, signal: AbortSignal): AsyncGenerator<T> {
  const response = await fetch(`/${SERVICE}/${method}`, {
    method: "POST",
    headers: { "Content-Type": "application/connect+json", "Connect-Protocol-Version": "1" },
    body: enveloped(new TextEncoder().encode(JSON.stringify(request))),
    signal,
  });
  if (!response.ok || !response.body) throw new CallError("unknown", (await response.text()).trim() || `HTTP ${response.status}`);
  const reader = response.body.getReader();
  let rest: Uint8Array = new Uint8Array();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new CallError("unavailable", "The connection broke.");
    rest = joined(rest, value);
    while (rest.length >= HEAD) {
      const size = new DataView(rest.buffer, rest.byteOffset).getUint32(1);
      if (rest.length < HEAD + size) break;
      const message = JSON.parse(new TextDecoder().decode(rest.subarray(HEAD, HEAD + size))) as unknown;
      const last = (rest[0]! & END) !== 0;
      rest = rest.subarray(HEAD + size);
      if (!last) {
        yield message as T;
        continue;
      }
      const { error } = message as End;
      if (error) throw new CallError(error.code ?? "unknown", error.message ?? "");
      return;
    }
  }
}
