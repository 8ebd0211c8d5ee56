// Spans of time, and times in words. Times are shown in the browser's zone, or UTC with ?utc.

export interface Span { start: number; end: number }  // milliseconds since 1970, [start, end)

const UNITS: Record<string, number> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

export function parseLast(text: string): number | undefined {
  const found = /^(\d{1,4})([smhd])$/.exec(text);
  return found ? Number(found[1]) * UNITS[found[2]!]! : undefined;
}

// Data that ends less than this before now is being written; "the last hour" then ends now.
const LIVE_MS = 10 * 6e4;

// The span that an address means. `data` is that of the store; undefined when it is empty.
export function spanOf(params: Record<string, string>, data: Span | undefined, now: number): Span {
  const from = Date.parse(params.from ?? "");
  const to = Date.parse(params.to ?? "");
  if (from < to) return { start: from, end: to };
  const end = data && now - data.end > LIVE_MS ? data.end + 1 : now;
  const last = parseLast(params.last ?? "");
  if (last) return { start: end - last, end };
  if (!data) return { start: now - 36e5, end: now };
  const whole = end - data.start;
  return params.last === "all" || whole <= 3 * 36e5 ? { start: data.start, end } : { start: end - 36e5, end };
}

export const rangeOf = (span: Span) => ({ start: new Date(span.start).toISOString(), end: new Date(span.end).toISOString() });

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 604800, 2592000];
// A step, in seconds, that cuts `span` into at most `most` parts.
export function stepOf(span: Span, most = 120): number {
  const wanted = (span.end - span.start) / 1000 / most;
  return STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted / 2592000) * 2592000;
}

const two = (n: number, digits = 2) => String(n).padStart(digits, "0");
export const clock = (ms: number, withMillis = false): string => {
  const d = new Date(ms);
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}${withMillis ? "." + two(d.getMilliseconds(), 3) : ""}`;
};
export const minute = (ms: number): string => clock(ms).slice(0, 5);
export const day = (ms: number): string => {
  const d = new Date(ms);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
};
export const dayAndClock = (ms: number): string => `${day(ms)} ${clock(ms)}`;

// "1.83 s", "355 ms", "2 h 5 min"
export function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 1) return `${Math.round(seconds * 1000)} ms`;
  if (size < 120) return `${Number(seconds.toPrecision(3))} s`;
  if (size < 7200) return `${Math.round(seconds / 60)} min`;
  if (size < 172800) return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
  return `${Math.round(seconds / 86400)} days`;
}

// "14:10 to 14:40", with days where it is not one day
export function spanInWords(span: Span): string {
  const sameDay = day(span.start) === day(span.end);
  return sameDay ? `${day(span.start)} ${clock(span.start)} to ${clock(span.end)}` : `${dayAndClock(span.start)} to ${dayAndClock(span.end)}`;
}
