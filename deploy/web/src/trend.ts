// Counts over time, aligned to one axis, and where they are raised.
import { num, type CountAnswer } from "./api";
import type { Span } from "./time";

// `open`: the last bucket is not over yet, so its count is not to be compared with the others.
export interface Trends { starts: number[]; step: number; open: boolean; of: (value: string) => number[]; total: number[] }

// Answers hold only buckets that have events between the first and the last: `span` is filled up.
export function trendsOf(answer: CountAnswer, span: Span, stepSeconds: number): Trends {
  const step = stepSeconds * 1000;
  const first = Math.floor(span.start / step) * step;
  const starts: number[] = [];
  for (let at = first; at < span.end && starts.length < 5000; at += step) starts.push(at);
  const given = (answer.bucketStarts ?? []).map((text) => (Date.parse(text) - first) / step);
  const place = (counts: (string | number | undefined)[] | undefined): number[] => {
    const placed = new Array<number>(starts.length).fill(0);
    given.forEach((at, i) => { if (at >= 0 && at < placed.length) placed[at] = num(counts?.[i]); });
    return placed;
  };
  const rows = new Map((answer.rows ?? []).map((row) => [row.other ? "\u0000other" : row.value ?? "", place(row.counts)]));
  const total = starts.map((_, i) => [...rows.values()].reduce((sum, counts) => sum + (counts[i] ?? 0), 0));
  const open = starts.length > 1 && starts[starts.length - 1]! + step > span.end;
  return { starts, step: stepSeconds, open, of: (value) => rows.get(value) ?? new Array<number>(starts.length).fill(0), total };
}

export interface Raised { from: number; to: number; usual: number; raised: number }  // indexes, [from, to); counts a bucket

const quantileOf = (numbers: number[], share: number): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.floor((sorted.length - 1) * share)]! : 0;
};

// The longest run of buckets that have more than twice the usual (the lowest fifth of all), and more than chance
// alone gives (three standard deviations of a Poisson count). A description of what is drawn, not a test.
export function raisedPart(trends: Trends, value: string): Raised | undefined {
  const counts = trends.of(value).slice(0, trends.open ? -1 : undefined);
  if (counts.length < 6) return undefined;
  const usual = quantileOf(counts, 0.2);
  const high = Math.max(2 * usual, usual + 3 * Math.sqrt(usual + 1));
  let best: Raised | undefined;
  for (let from = 0; from < counts.length; ++from) {
    if (counts[from]! <= high) continue;
    let to = from;
    while (to < counts.length && counts[to]! > high) ++to;
    if (!best || to - from > best.to - best.from) best = { from, to, usual, raised: quantileOf(counts.slice(from, to), 0.5) };
    from = to;
  }
  return best;
}
