// How far the answers are complete: always in sight.
import { num, type StatusAnswer } from "./api";
import { link } from "./address";
import { count } from "./text";
import { clock, day, duration } from "./time";
import type { Asked } from "./use_ask";

export function Freshness({ asked, onAgain }: { asked: Asked<StatusAnswer>; onAgain: () => void }) {
  const { data, error } = asked;
  const upTo = Date.parse(data?.completeness?.completeUpTo ?? "");
  const behind = (Date.now() - upTo) / 1000;
  const today = day(upTo) === day(Date.now());
  return (
    <div class="freshness" role="status">
      {error ? <span class="bad">No answer from the server: what you see may be old.</span> : !data ? <span>…</span> : Number.isNaN(upTo) ? <span>Nothing has been read yet.</span> : (
        <a href={link("health")} title="Positions of every stream">
          <span class={behind < 120 ? "dot live" : "dot"} />
          Complete up to <strong>{today ? "" : day(upTo) + " "}{clock(upTo)}</strong><span class="wide"> ({behind < 2 ? "now" : duration(behind) + " ago"})</span>
          {" · "}{count(num(data.store?.events))} events
        </a>
      )}
      {data?.completeness?.partial && <span class="bad"> Partial: {data.completeness.partialReason}</span>}
      <button class="quiet" onClick={onAgain} aria-label="Ask again" title="Ask again">↻</button>
    </div>
  );
}
