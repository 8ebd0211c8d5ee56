// Messages of which a server says that all went well and a client that it failed, or the other way round.
import { link } from "./address";
import { num, type Completeness, type Num, type TypedId } from "./api";
import { useHere } from "./context";
import { Nothing, Panel } from "./pieces";
import { clean, count, percent } from "./text";
import { useAsk, useHas } from "./use_ask";

interface Row {
  kind?: string; dimension?: string; value?: string; other?: boolean; units?: Num; failingUnits?: Num; rate?: number; summary?: string;
  exemplars?: { eventId?: string; id?: TypedId; message?: string }[];
}
interface Answer { lostReplyUnits?: Num; hiddenByRetryUnits?: Num; successRecords?: Num; rows?: Row[]; summary?: string; notes?: string[]; completeness?: Completeness }

const KINDS: [string, string, string][] = [
  ["CONTRADICTION_KIND_LOST_REPLY", "A server recorded success, and the client failed", "the reply was lost, or came too late"],
  ["CONTRADICTION_KIND_HIDDEN_BY_RETRY", "A server failed, and no client noticed", "a retry hid it"],
];

function Kind({ rows, title, meaning }: { rows: Row[]; title: string; meaning: string }) {
  const [all, ...parts] = rows;
  if (!all || num(all.units) === 0) return <p class="muted">{title}: none.</p>;
  return (
    <div>
      <h3>{title}</h3>
      <p><b>{count(num(all.units))}</b> of {count(num(all.failingUnits))} messages ({percent(all.rate ?? 0)}): {meaning}.
        {all.exemplars?.filter((one) => one.id?.value).map((one, i) => <>{i > 0 ? ", " : " "}<a href={link("journey", one.id!.value!)} title={clean(one.message)}>{i > 0 ? "another" : "See one"}</a></>)}</p>
      {parts.length > 0 && (
        <details><summary>By region, endpoint and version</summary>
          <div class="scroll"><table>
            <thead><tr><th>Where</th><th class="number">Messages</th><th class="number">Share of those that failed</th></tr></thead>
            <tbody>{parts.map((row) => (
              <tr><td class="grow"><span class="chip"><b>{row.dimension}</b> {row.other ? "all others" : clean(row.value) || "not stated"}</span></td><td class="number">{count(num(row.units))}</td><td class="number">{percent(row.rate ?? 0)}</td></tr>
            ))}</tbody>
          </table></div>
        </details>
      )}
    </div>
  );
}

export function Contradictions({ client, server }: { client: string; server: string }) {
  const { range, empty, again } = useHere();
  const has = useHas("GetContradictions");
  const asked = useAsk<Answer>("GetContradictions", has && !empty ? { range, clientFilter: client, serverFilter: server, limit: 8 } : null, again);
  if (!has) return null;
  return (
    <Panel title="Where the two sides contradict each other" asked={asked}>
      {(data: Answer) => (
        <>
          {num(data.successRecords) === 0 && num(data.lostReplyUnits) + num(data.hiddenByRetryUnits) === 0
            ? <Nothing>No server recorded a success in this span, so nothing can contradict a failure. Rules mark records as successes.</Nothing>
            : KINDS.map(([kind, title, meaning]) => <Kind rows={(data.rows ?? []).filter((row) => row.kind === kind)} title={title} meaning={meaning} />)}
          {data.notes?.map((note) => <p class="muted small">{clean(note)}</p>)}
        </>
      )}
    </Panel>
  );
}
