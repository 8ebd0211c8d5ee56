// Calls the query service over HTTP: Connect's unary JSON form.

const SERVICE = "faultline.v1.FailureQueryService";

// Proto3 JSON: 64-bit numbers are text, and zeros and empty lists are absent.
export type Num = string | number | undefined;
export const num = (value: Num): number => (value === undefined ? 0 : Number(value));

export interface Completeness { completeUpTo?: string; partial?: boolean; partialReason?: string; streams?: Stream[] }
export interface TypedId { kind?: string; value?: string }
export interface JourneyId { id?: TypedId; events?: Num; notIdentifying?: boolean }
export interface FaultEvent {
  id: string; time: string; claimedTime?: string; receivedTime?: string; side?: string; outcome?: string; severityNumber?: number; severityText?: string;
  signature?: string; message?: string; service?: string; serviceVersion?: string; environment?: string; region?: string; host?: string; os?: string;
  appVersion?: string; carrier?: string; endpoint?: string; logger?: string; errorCode?: string; exceptionType?: string; exceptionMessage?: string;
  stacktrace?: string; ids?: TypedId[]; attributes?: Record<string, string>; rule?: string; format?: string; source?: string; notices?: string[]; why?: string;
}
export interface Stream {
  stream?: string; label?: string; nextOffset?: Num; lag?: Num; watermark?: string; updatedTime?: string; consumed?: Num; stored?: Num; attempts?: Num;
  deadLetters?: Num; repeats?: Num;
}
export interface Signature {
  signature: string; side?: string; service?: string; title?: string; exemplar?: string; exemplarEventId?: string; lines?: Num; units?: Num;
  firstTime?: string; lastTime?: string; origin?: string; rule?: string; template?: string; muted?: boolean; resolvedTime?: string; reopened?: boolean;
  members?: string[]; splitFrom?: string;
}
export interface Decision {
  number?: Num; kind: string; signature?: string; others?: string[]; splitBy?: string; name?: string; until?: string; undoes?: Num; who?: string; time?: string;
  why?: string; undoneBy?: Num;
}
export interface PairEnd { signature: string; service?: string; title?: string; exemplar?: string; units?: Num }
export interface Pair {
  client: PairEnd; server: PairEnd; together?: Num; clientOnly?: Num; serverOnly?: Num; expected?: number; lift?: number; liftLow?: number; liftHigh?: number;
  explained?: number; significant?: boolean; score?: number; medianLagSeconds?: number; lagQuartileLowSeconds?: number; lagQuartileHighSeconds?: number;
  exemplarId?: TypedId; summary?: string;
}
export interface CorrelateAnswer {
  pairs?: Pair[]; nextPageToken?: string; notIdentifying?: JourneyId[]; completeness?: Completeness;
  totals?: { clientUnits?: Num; serverUnits?: Num; linkedUnits?: Num; clientEventsWithoutId?: Num; serverEventsWithoutId?: Num; pairs?: Num; tests?: Num;
    significantPairs?: Num; attemptsKnown?: boolean };
}
export interface CountRow { value?: string; other?: boolean; count?: Num; counts?: Num[] }
export interface CountAnswer { rows?: CountRow[]; bucketStarts?: string[]; total?: Num; completeness?: Completeness }
export interface CoverageRow { term?: string; reason?: string; side?: string; units?: Num; share?: number; summary?: string; exemplars?: { eventId?: string; id?: TypedId; message?: string }[] }
export interface CoverageAnswer {
  total?: Num; linked?: Num; clientOnly?: Num; serverOnly?: Num; ambiguous?: Num; stillOpen?: Num; clientUnits?: Num; serverUnits?: Num; settledUpTo?: string;
  rows?: CoverageRow[]; summary?: string; completeness?: Completeness;
}
export interface StatusAnswer {
  version?: string; buildCommit?: string; buildDetails?: string; role?: string; startTime?: string; rules?: number; ruleErrors?: string[];
  store?: { events?: Num; segments?: Num; diskBytes?: Num; formatVersion?: number; firstTime?: string; lastTime?: string };
  streams?: Stream[]; totals?: Stream; completeness?: Completeness;
  budgets?: { name?: string; used?: Num; limit?: Num; unit?: string; beyond?: string }[]; stages?: { name?: string; what?: string; seconds?: number }[];
}
export interface DeadLetter { number?: Num; reason?: string; detail?: string; label?: string; offset?: Num; bytes?: string; originalSizeBytes?: Num; time?: string; partlyTaken?: boolean; replayedTime?: string }
export interface Explanation {
  rank?: number; values?: Record<string, string>; support?: number; rate?: number; baselineRate?: number; lift?: number; failures?: number; attempts?: number;
  expected?: number; significant?: boolean; sameAsRank?: number; summary?: string;
}
export interface ExplainAnswer {
  explanations?: Explanation[]; notes?: string[]; completeness?: Completeness;
  totals?: { failures?: number; attempts?: number; baselineFailures?: number; baselineAttempts?: number; measure?: string };
}

// The methods that the server has: an older one lacks some, and views leave out what needs them.
let methods: Promise<Set<string>> | undefined;
export function knownMethods(): Promise<Set<string>> {
  methods ??= fetch(`/methods/${SERVICE}`).then((response) => response.json() as Promise<string[]>).then((names) => new Set(names), () => new Set<string>());
  return methods;
}

// An answer that is an error, in words.
export class CallError extends Error {
  constructor(readonly code: string, message: string) { super(message); }
}

export async function call<T>(method: string, request: object, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/${SERVICE}/${method}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Connect-Protocol-Version": "1", "Connect-Timeout-Ms": "30000" },
      body: JSON.stringify(request),
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new CallError("unavailable", "The server cannot be reached. Is faultlined still running?");
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  let code = "unknown";
  let message = text.trim() || `HTTP ${response.status}`;
  try {
    const error = JSON.parse(text) as { code?: string; message?: string };
    code = error.code ?? code;
    message = error.message ?? code;
  } catch { /* a plain text, from something in between */ }
  throw new CallError(code, message);
}
