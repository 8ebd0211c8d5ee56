// Which values are over-represented among some failures.
import { change, link } from "../address";
import type { ExplainAnswer, Explanation } from "../api";
import { useHere } from "../context";
import { FilterField } from "../filter_field";
import { Nothing, Panel } from "../pieces";
import { clean, count, percent, quoted, times } from "../text";
import { useAsk } from "../use_ask";

const valuesAsFilter = (values: Record<string, string>): string => Object.entries(values).map(([name, value]) => `${name} = ${quoted(value)}`).join(" AND ");

function Row({ one, filter }: { one: Explanation; filter: string }) {
  const values = one.values ?? {};
  const all = [filter && `(${filter})`, valuesAsFilter(values)].filter(Boolean).join(" AND ");
  return (
    <tr class={one.significant ? "" : "muted"}>
      <td class="number">{one.rank}</td>
      <td class="grow"><a href={link("search", "", { q: all })}>{Object.entries(values).map(([name, value]) => <span class="chip"><b>{clean(name)}</b> {clean(value)}</span>)}</a>
        <span class="small block">{clean(one.summary)}{one.sameAsRank ? <span class="muted"> (the same failures as rank {one.sameAsRank})</span> : null}</span></td>
      <td class="number"><b>{times(one.lift ?? 0)}</b></td>
      <td class="number">{percent(one.support ?? 0)}</td>
      <td class="number">{count(one.failures ?? 0)}</td>
    </tr>
  );
}

export function Explain() {
  const { range, address, empty, again } = useHere();
  const { q = "", base = "" } = address.params;
  const asked = useAsk<ExplainAnswer>("ExplainDifference", empty ? null : { range, filter: q, baselineFilter: base }, again);
  const missing = asked.error?.code === "unimplemented";
  return (
    <>
      <h1>Explain <small>what these failures have in common that others do not</small></h1>
      <div class="filters"><FilterField name="q" label="These failures" wide /><FilterField name="base" label="Compared with" wide /></div>
      {!q && <p class="muted small">Write which failures to explain, for example <button class="link" onClick={() => change({ q: "side = CLIENT" })}>side = CLIENT</button>, or come here from a signature. Compared with everything else in the span unless you say with what.</p>}
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
