// Client signatures and server signatures that go together: a list, a matrix, and one pair in full.
import { useState } from "preact/hooks";
import { change, link } from "../address";
import { num, type CorrelateAnswer, type Pair } from "../api";
import { useHere } from "../context";
import { Contradictions } from "../contradictions";
import { FilterField } from "../filter_field";
import { Matrix } from "../matrix";
import { Nothing, Panel, Side, Title } from "../pieces";
import { PairDetail } from "../pair_detail";
import { lagWords, pairKey } from "../pair_words";
import { count, percent, times } from "../text";
import { useAsk } from "../use_ask";

function PairRow({ pair, rank, chosen }: { pair: Pair; rank: number; chosen: boolean }) {
  return (
    <tr class={chosen ? "chosen" : ""} onClick={() => change({ pair: pairKey(pair) })}>
      <td class="number muted">{rank}</td>
      <td class="grow">
        <a href={link("correlate", "", { ...keptFilters(), pair: pairKey(pair) })} aria-current={chosen ? "true" : undefined}>
          <span class="line"><Side side="CLIENT" service={pair.client.service} /><Title text={pair.client.title || pair.client.exemplar} /></span>
          <span class="line"><Side side="SERVER" service={pair.server.service} /><Title text={pair.server.title || pair.server.exemplar} /></span>
          <span class="muted small">{lagWords(pair)}</span>
        </a>
      </td>
      <td class="number"><b>{count(num(pair.together))}</b></td>
      <td class="number">{percent(pair.explained ?? 0)}</td>
      <td class="number">{times(pair.lift ?? 0)}<br /><span class="muted small">{count(pair.liftLow ?? 0)}–{count(pair.liftHigh ?? 0)}</span></td>
    </tr>
  );
}

function keptFilters(): Record<string, string | undefined> {
  const params = new URLSearchParams(location.hash.split("?")[1] ?? "");
  return Object.fromEntries(["client", "server", "all", "as"].map((name) => [name, params.get(name) ?? undefined]));
}

function Totals({ data }: { data: CorrelateAnswer }) {
  const totals = data.totals ?? {};
  return (
    <p class="totals">
      <b>{count(num(totals.significantPairs))}</b> of {count(num(totals.pairs))} pairs that occurred go together more than chance explains. {count(num(totals.clientUnits))} messages
      failed on clients, {count(num(totals.serverUnits))} on servers, <b>{count(num(totals.linkedUnits))}</b> on both.
      {num(totals.clientEventsWithoutId) + num(totals.serverEventsWithoutId) > 0 && (
        <> {count(num(totals.clientEventsWithoutId))} client and {count(num(totals.serverEventsWithoutId))} server records carry no id and can form no pair.</>)}
    </p>
  );
}

function List({ data, chosen }: { data: CorrelateAnswer; chosen?: string }) {
  return (
    <div class="scroll">
      <table class="pair-table">
        <thead><tr><th class="number">#</th><th>Client failure, server failure</th><th class="number">Together</th><th class="number" title="Share of the client failures that the server failure accompanies">Share</th><th class="number" title="How many times what chance alone would give, with its 95 % interval">× chance</th></tr></thead>
        <tbody>{(data.pairs ?? []).map((pair, i) => <PairRow pair={pair} rank={i + 1} chosen={pairKey(pair) === chosen} />)}</tbody>
      </table>
    </div>
  );
}

export function Correlate() {
  const { range, address, empty, again } = useHere();
  const { client = "", server = "", all, as, pair: wanted } = address.params;
  const [size, setSize] = useState(50);
  const asked = useAsk<CorrelateAnswer>("Correlate", empty ? null : { range, clientFilter: client, serverFilter: server, allPairs: all === "1" || as === "matrix", pageSize: as === "matrix" ? 1000 : size }, again);
  const pairs = asked.data?.pairs ?? [];
  const chosen = pairs.find((pair) => pairKey(pair) === wanted) ?? pairs[0];
  return (
    <>
      <h1>Correlate <small>which server failures go with which client failures</small></h1>
      <div class="filters">
        <FilterField name="client" label="Client failures" side="CLIENT" />
        <FilterField name="server" label="Server failures" side="SERVER" />
        <div class="segments" role="group" aria-label="Shown as">
          <button aria-pressed={as !== "matrix"} onClick={() => change({ as: undefined })}>List</button>
          <button aria-pressed={as === "matrix"} onClick={() => change({ as: "matrix" })}>Matrix</button>
        </div>
        {as !== "matrix" && <label class="check"><input type="checkbox" checked={all === "1"} onChange={(event) => change({ all: event.currentTarget.checked ? "1" : undefined })} /> Also those that chance explains</label>}
      </div>
      <div class={as === "matrix" ? "" : wanted ? "split picked" : "split"}>
        <Panel title={as === "matrix" ? "Every pair" : "Pairs, strongest first"} asked={asked}>
          {(data: CorrelateAnswer) => pairs.length === 0
            ? <><Totals data={data} /><Nothing>No pair fits. {client || server ? "Take a filter away, or choose" : "Choose"} a longer span above{all === "1" ? "." : ", or show also those that chance explains."}</Nothing></>
            : <>
                <Totals data={data} />
                {as === "matrix" ? <Matrix pairs={pairs} chosen={chosen && pairKey(chosen)} /> : <List data={data} chosen={chosen && pairKey(chosen)} />}
                {data.nextPageToken && as !== "matrix" && size < 1000 && <button onClick={() => setSize(size * 4)}>Show more</button>}
              </>}
        </Panel>
        {chosen && <PairDetail pair={chosen} />}
      </div>
      <Contradictions client={client} server={server} />
    </>
  );
}
