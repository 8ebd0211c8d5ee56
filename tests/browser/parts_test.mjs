// The parts of the page that need no browser. dist_test.sh bundles them into FILE.
// usage: node parts_test.mjs FILE
import assert from "node:assert/strict";
import test from "node:test";
import { pathToFileURL } from "node:url";

const parts = await import(pathToFileURL(process.argv[2]).href);
const { completionAt, duration, parseAddress, percent, quoted, clean, raisedPart, spanOf, stepOf, trendsOf } = parts;

const minute = 60_000;
const start = Date.parse("2025-11-24T10:00:00Z");
const answerOf = (counts) => ({ rows: [{ value: "x", counts: counts.map(String) }], bucketStarts: counts.map((_, i) => new Date(start + i * minute).toISOString()) });
const trendOf = (counts, length = counts.length) => trendsOf(answerOf(counts), { start, end: start + length * minute }, 60);

test("buckets without events are filled up on both sides", () => {
  const answer = { rows: [{ value: "x", counts: ["5"] }], bucketStarts: [new Date(start + 2 * minute).toISOString()] };
  const trends = trendsOf(answer, { start, end: start + 4 * minute }, 60);
  assert.deepEqual(trends.of("x"), [0, 0, 5, 0]);
  assert.deepEqual(trends.of("nobody"), [0, 0, 0, 0]);
  assert.equal(trends.open, false);
  assert.equal(trendsOf(answer, { start, end: start + 3.5 * minute }, 60).open, true);
});

test("the raised part is the longest run well above the usual", () => {
  const raised = raisedPart(trendOf([4, 5, 4, 6, 5, 5, 4, 50, 52, 51, 5, 4, 40, 5, 4]), "x");
  assert.deepEqual([raised.from, raised.to, raised.raised], [7, 10, 51]);
  assert.equal(raisedPart(trendOf([40, 44, 39, 41, 43, 47, 38, 40]), "x"), undefined, "chance alone");
  assert.equal(raisedPart(trendOf([0, 0, 0, 0, 1, 0, 0, 2, 0, 0]), "x"), undefined, "too few to tell");
  assert.equal(raisedPart(trendOf([1, 90, 1]), "x"), undefined, "too short to tell");
  assert.equal(raisedPart(trendOf([0, 0, 0, 47, 46, 48, 45, 50, 47]), "x").to, 9, "until the end");
  assert.equal(raisedPart(trendOf([]), "x"), undefined);
});

test("a span follows from the address", () => {
  const data = { start, end: start + 30 * minute };
  const now = start + 30 * minute;
  assert.deepEqual(spanOf({}, data, now), { start, end: now });
  assert.deepEqual(spanOf({ last: "15m" }, data, now), { start: now - 15 * minute, end: now });
  const old = spanOf({ last: "15m" }, data, now + 1e9);
  assert.equal(old.end, data.end + 1, "records that end long ago");
  assert.deepEqual(spanOf({ from: "2025-11-24T10:05:00Z", to: "2025-11-24T10:06:00Z" }, data, now), { start: start + 5 * minute, end: start + 6 * minute });
  assert.deepEqual(spanOf({ from: "2025-11-24T10:06:00Z", to: "nonsense" }, data, now), { start, end: now });
  assert.equal(spanOf({}, undefined, now).end, now);
  assert.equal(stepOf({ start: 0, end: 30 * minute }, 60), 30);
  assert.ok(stepOf({ start: 0, end: 40 * 365 * 864e5 }, 60) > 0);
});

test("what is being typed is a field or a value", () => {
  const at = (text) => { const { start: from, end, ...rest } = completionAt(text, text.length) ?? {}; return rest; };
  assert.deepEqual(at("serv"), { kind: "field", typed: "serv" });
  assert.deepEqual(at("service = mail"), { kind: "value", field: "service", typed: "mail" });
  assert.deepEqual(at('service = "mail box'), { kind: "value", field: "service", typed: '"mail box' });
  assert.deepEqual(at("code = (502 OR 5"), { kind: "value", field: "code", typed: "5" });
  assert.deepEqual(at("side = CLIENT AND reg"), { kind: "field", typed: "reg" });
  assert.deepEqual(at("side = CLIENT AND"), {});
});

test("numbers and text in words", () => {
  assert.equal(percent(0.994), "99.4 %");
  assert.equal(percent(0.0032), "0.32 %");
  assert.equal(percent(0), "0 %");
  assert.equal(percent(0.99999), "> 99.9 %");
  assert.equal(duration(0.355), "355 ms");
  assert.equal(duration(1.827), "1.83 s");
  assert.equal(duration(7500), "2 h 5 min");
  assert.equal(clean("a\u001b[31m\u202eb\n"), "a␣[31m␣b\n");
  assert.equal(quoted('a"b\\*c'), '"a\\"b\\\\\\*c"');
  assert.deepEqual(parseAddress("#/signature/v1%3Aab?last=1h"), { view: "signature", argument: "v1:ab", params: { last: "1h" } });
  assert.equal(parseAddress("#/journey/%zz").argument, "%zz");
});
