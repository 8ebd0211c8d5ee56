// The words of the filter language (docs/filters.md), and what is being typed.

// Those that events can be counted by, so that their values can be completed.
export const COUNTED = ["service", "version", "environment", "region", "host", "os", "app_version", "carrier", "endpoint", "logger", "code", "exception",
  "severity_text", "rule", "format", "topic", "side", "severity", "outcome", "signature"];
export const FIELDS = [...COUNTED, "message", "trace_id", "span_id", "request_id", "message_id", "conversation_id", "session_id", "user_id", "device_id",
  "notice", "stacktrace", "exception.message", "attributes."];

export type Completion = { kind: "field"; typed: string; start: number; end: number } | { kind: "value"; field: string; typed: string; start: number; end: number };

// What is being written at `caret`: a field's name, or a value behind a field and a sign.
export function completionAt(text: string, caret: number): Completion | null {
  const before = text.slice(0, caret);
  if ((before.match(/(?<!\\)"/g) ?? []).length % 2 === 1) {
    const open = before.lastIndexOf('"');
    const owner = /([\w.]+)\s*(?:=|!=|:|<=|>=|<|>)\s*$/.exec(before.slice(0, open));
    return owner ? { kind: "value", field: owner[1]!.toLowerCase(), typed: before.slice(open), start: open, end: caret } : null;
  }
  const value = /([\w.]+)\s*(?:=|!=|:|<=|>=|<|>)\s*(?:\([^()]*(?:\s|\())?([\w.\-:/]*)$/.exec(before);
  if (value) return { kind: "value", field: value[1]!.toLowerCase(), typed: value[2]!, start: caret - value[2]!.length, end: caret };
  const word = /(?:^|[\s(\-])([\w.]*)$/.exec(before);
  if (!word || /^(and|or|not)$/i.test(word[1]!)) return null;
  return { kind: "field", typed: word[1]!, start: caret - word[1]!.length, end: caret };
}
