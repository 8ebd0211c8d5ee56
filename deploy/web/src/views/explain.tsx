// Which values are over-represented among some failures.
import { change, link } from "../address";
import { num, type CountAnswer, type ExplainAnswer, type Explanation } from "../api";
import { Chart } from "../chart";
import { useHere } from "../context";
import { FilterField } from "../filter_field";
import { Nothing, Panel } from "../pieces";
import { clean, count, percent, quoted, times } from "../text";
import { rangeOf, stepOf } from "../time";
import { trendsOf } from "../trend";
import { useAsk } from "../use_ask";

const valuesAsFilter = (values: Record<string, string>): string => Object.entries(values).map(([name, value]) => `${name} = ${quoted(value)}`).join(" AND ");

function Row({ one, filter }: { one: Explanation; filter: string }) {
  const values = one.values ?? {};
  const all = [filter && `(${filter})`, valuesAsFilter(values)].filter(Boolean).join(" AND ");
  return (
    <tr class={one.significant ? "" : "muted"}>
      <td class="number">{one.rank}</td>
      <td class="grow"><a href={link("search", "", { q: all })}>{Object.entries(values).map(([name, value]) => <span class="chip"><b>{clean(name)}</b> {clean(value)}</span>)}</a>
        <span class="small block">{clean(one.summary)}</span></td>
      <td class="number"><b>{times(one.lift ?? 0)}</b></td>
      <td class="number">{percent(one.support ?? 0)}</td>
      <td class="number">{count(one.failures ?? 0)}</td>
    </tr>
  );
}

export function Explain() {
  const { range, span, address, empty, again } = useHere();
  const { q = "", base = "" } = address.params;
  // Shows what is before and after too, so that a span can be chosen in it.
  const length = span.end - span.start;
  const wider = address.params.from ? { start: span.start - length, end: span.end + length } : span;
  const before = address.params.than === "before";
  const earlier = { start: new Date(2 * span.start - span.end).toISOString(), end: range.start };
  const asked = useAsk<ExplainAnswer>("ExplainDifference", empty ? null : { range, filter: q, ...(before ? { baselineRange: earlier } : { baselineFilter: base }) }, again);
  const step = stepOf(wider);
  const counted = useAsk<CountAnswer>("CountEvents", empty ? null : { range: rangeOf(wider), filter: q, step: `${step}s` }, again);
  const trends = counted.data && trendsOf(counted.data, wider, step);
  const missing = asked.error?.code === "unimplemented";
  return (
    <>
      <h1>Explain <small>what these failures have in common that others do not</small></h1>
      <div class="filters"><FilterField name="q" label="These failures" wide />
        <div class="segments" role="group" aria-label="Compared with">
          <button aria-pressed={!before} onClick={() => change({ than: undefined })}>With others in this span</button>
          <button aria-pressed={before} onClick={() => change({ than: "before", base: undefined })}>With the span before</button>
        </div>
        {!before && <FilterField name="base" label="Which others" wide />}
      </div>
      {!q && <p class="muted small">Write which failures to explain, for example <button class="link" onClick={() => change({ q: "side = CLIENT" })}>side = CLIENT</button>, or come here from a signature.</p>}
      {trends && !counted.error && num(counted.data?.total) > 0 && (
        <Panel title="When: drag over the part to explain" asked={counted}>
          <Chart label="These failures over time" trends={trends} height={120} marks={address.params.from ? [{ at: span.start }, { at: span.end }] : []} series={[{ name: "records", color: "accent", counts: trends.total }]} />
        </Panel>
      )}
      {missing ? <Nothing>This server cannot explain differences: it is of an older version.</Nothing> : (
        <Panel title="Over-represented" asked={asked}>
          {(data: ExplainAnswer) => (
            <>
              {data.totals && <p class="totals">{count(data.totals.failures ?? 0)} failures{data.totals.baselineFailures ? <>, compared with {count(data.totals.baselineFailures)}</> : null}{data.totals.measure === "MEASURE_ATTEMPTS" ? <>, out of {count(data.totals.attempts ?? 0)} attempts</> : null}.</p>}
              {data.notes?.map((note) => <p class="muted small">{clean(note)}</p>)}
              {data.explanations?.length ? (
                <div class="scroll"><table class="explain-table">
                  <thead><tr><th class="number">#</th><th>Values</th><th class="number" title="Rate here over the rate in what it is compared with">Lift</th><th class="number" title="Share of these failures that have these values">Share</th><th class="number">Failures</th></tr></thead>
                  <tbody>{data.explanations.map((one) => <Row one={one} filter={q} />)}</tbody>
                </table></div>
              ) : <Nothing>No value stands out.</Nothing>}
            </>
          )}
        </Panel>
      )}
    </>
  );
}
