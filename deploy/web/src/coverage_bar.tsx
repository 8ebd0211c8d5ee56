// Every failing unit, in parts that sum.
import { link } from "./address";
import { num, type CoverageAnswer, type CoverageRow } from "./api";
import { Nothing, Shares, Side } from "./pieces";
import { clean, count, percent } from "./text";
import { dayAndClock } from "./time";

const TERMS: [string, keyof CoverageAnswer, string, string][] = [
  ["linked", "linked", "on both sides", "c-linked"],
  ["client_only", "clientOnly", "on a client only", "c-client"],
  ["server_only", "serverOnly", "on a server only", "c-server"],
  ["ambiguous", "ambiguous", "cannot be told apart", "c-ambiguous"],
  ["still_open", "stillOpen", "still open", "c-open"],
];

function Row({ row }: { row: CoverageRow }) {
  return (
    <li>
      <Side side={row.side} /> {clean(row.summary)}
      {row.exemplars?.length ? <span class="exemplars"> See {row.exemplars.slice(0, 3).map((one, i) => one.id?.value
        ? <a href={link("journey", one.id.value)} title={clean(one.message)}>one{i > 0 ? ` (${i + 1})` : ""} </a> : null)}</span> : null}
    </li>
  );
}

export function CoverageBar({ data }: { data: CoverageAnswer }) {
  const total = num(data.total);
  if (total === 0) return <Nothing>Nothing failed in this span.</Nothing>;
  return (
    <div class="coverage">
      <p><strong>{count(total)}</strong> messages failed</p>
      <Shares label="Failing messages" parts={TERMS.map(([, field, name, style]) => ({ name, value: num(data[field] as string), class: style }))} />
      <ul class="legend">
        {TERMS.map(([, field, name, style]) => {
          const value = num(data[field] as string);
          return <li class={value ? "" : "muted"}><i class={style} /><b>{count(value)}</b> {name} <span class="muted">{percent(value / total)}</span></li>;
        })}
      </ul>
      {num(data.stillOpen) > 0 && data.settledUpTo && <p class="muted">Open: the other side may still report what failed after {dayAndClock(Date.parse(data.settledUpTo))}.</p>}
      <details><summary>Why</summary><ul class="plain">{(data.rows ?? []).map((row) => <Row row={row} />)}</ul></details>
    </div>
  );
}
