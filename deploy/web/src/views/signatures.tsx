// Every kind of failure in the span.
import { useState } from "preact/hooks";
import { num, type CountAnswer, type Signature, type Completeness } from "../api";
import { Spark } from "../chart";
import { change } from "../address";
import { useHere } from "../context";
import { States } from "../decisions";
import { FilterField } from "../filter_field";
import { Nothing, Panel, Side, SignatureLink, sideClass } from "../pieces";
import { count } from "../text";
import { clock, stepOf } from "../time";
import { trendsOf } from "../trend";
import { useAsk } from "../use_ask";

interface Listed { signatures?: Signature[]; totalSize?: number; muted?: number; nextPageToken?: string; completeness?: Completeness }

export function Signatures() {
  const { range, span, address, empty, again } = useHere();
  const filter = address.params.q ?? "";
  const [size, setSize] = useState(50);
  const withMuted = address.params.muted === "1";
  const step = stepOf(span, 60);
  const listed = useAsk<Listed>("ListSignatures", empty ? null : { range, filter, pageSize: size, includeMuted: withMuted }, again);
  const counted = useAsk<CountAnswer>("CountEvents", empty ? null : { range, filter, by: "signature", step: `${step}s`, limit: size }, again);
  const trends = counted.data && trendsOf(counted.data, span, step);
  return (
    <>
      <h1>Signatures <small>every kind of failure</small></h1>
      <div class="filters"><FilterField name="q" label="Filter" wide /></div>
      <Panel title={listed.data ? `${count(listed.data.totalSize ?? 0)} kinds, most records first` : "Kinds of failure"} asked={listed}
        extra={withMuted ? <button class="link" onClick={() => change({ muted: undefined })}>Leave muted ones out</button>
          : listed.data?.muted ? <button class="link" onClick={() => change({ muted: "1" })}>{count(listed.data.muted)} muted: show</button> : null}>
        {(data: Listed) => data.signatures?.length ? (
          <>
            <div class="scroll">
              <table class="signature-table">
                <thead><tr><th>Failure</th><th>Trend</th><th class="number">Messages</th><th class="number">Records</th><th>First</th><th>Last</th></tr></thead>
                <tbody>
                  {data.signatures.map((one) => (
                    <tr>
                      <td class="grow"><span class="line"><Side side={one.side} service={one.service} /><SignatureLink {...one} /><States one={one} /></span></td>
                      <td>{trends && <Spark counts={trends.of(one.signature)} open={trends.open} color={sideClass(one.side)} label="Over time" />}</td>
                      <td class="number">{count(num(one.units))}</td><td class="number">{count(num(one.lines))}</td>
                      <td class="nowrap small">{clock(Date.parse(one.firstTime ?? ""))}</td><td class="nowrap small">{clock(Date.parse(one.lastTime ?? ""))}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {data.nextPageToken && size < 1000 && <button onClick={() => setSize(Math.min(1000, size * 4))}>Show more</button>}
          </>
        ) : <Nothing>No failure fits. {filter ? "Change the filter, or choose" : "Choose"} a longer span above.</Nothing>}
      </Panel>
    </>
  );
}
