// A pair of signatures in words, with its numbers.
import { num, type Pair } from "./api";
import { link } from "./address";
import { Shares, Side, SignatureLink } from "./pieces";
import { count, percent, times } from "./text";
import { duration, minute } from "./time";
import type { Raised, Trends } from "./trend";

export const pairKey = (pair: Pair): string => `${pair.client.signature}~${pair.server.signature}`;

// "server first by 1.83 s"
export function lagWords(pair: Pair): string {
  const lag = pair.medianLagSeconds ?? 0;
  return `${lag >= 0 ? "server" : "client"} first by ${duration(Math.abs(lag))}`;
}

export function RaisedWords({ raised, trends }: { raised?: Raised; trends: Trends }) {
  if (!raised) return <span class="muted">about the same all through this span</span>;
  const unit = trends.step === 60 ? "a minute" : `in ${duration(trends.step)}`;
  const open = raised.to >= trends.starts.length - (trends.open ? 1 : 0);
  return (
    <span title="More than twice what is usual in this span (its lowest fifth)">
      since <strong>{minute(trends.starts[raised.from]!)}</strong>{open ? "" : ` until ${minute(trends.starts[raised.to]!)}`} ({count(raised.usual)} → {count(raised.raised)} {unit})
    </span>
  );
}

export const journeyOf = (pair: Pair): string | undefined => pair.exemplarId?.value;

// client says … — server says …
export function PairEnds({ pair }: { pair: Pair }) {
  return (
    <div class="ends">
      <div class="end"><Side side="CLIENT" service={pair.client.service} /><SignatureLink {...pair.client} /></div>
      <div class="end"><Side side="SERVER" service={pair.server.service} /><SignatureLink {...pair.server} /></div>
    </div>
  );
}

export function PairShare({ pair }: { pair: Pair }) {
  const together = num(pair.together);
  return (
    <div class="pair-share">
      <Shares label="Client failures" parts={[{ name: "with this server failure", value: together, class: "c-linked" }, { name: "without it", value: num(pair.clientOnly), class: "c-client" }]} />
      <span><strong>{percent(pair.explained ?? 0)}</strong> of these client failures ({count(together)} of {count(together + num(pair.clientOnly))})</span>
    </div>
  );
}

export function PairNumbers({ pair }: { pair: Pair }) {
  return (
    <span class="numbers">
      <b>{times(pair.lift ?? 0)}</b> what chance gives <span class="muted">(95 % {count(pair.liftLow ?? 0)} to {count(pair.liftHigh ?? 0)})</span> · {lagWords(pair)}
    </span>
  );
}

export function SeeOne({ pair, class: name = "" }: { pair: Pair; class?: string }) {
  const id = journeyOf(pair);
  return id ? <a class={name} href={link("journey", id)}>See one journey →</a> : <span class="muted">no id to show one by</span>;
}
