// One kind of failure.
import { useState } from "preact/hooks";
import { link } from "../address";
import { num, type Completeness, type CorrelateAnswer, type CountAnswer, type Decision, type FaultEvent, type Signature } from "../api";
import { Chart } from "../chart";
import { HereContext, useHere } from "../context";
import { Decisions, Parts, States } from "../decisions";
import { EventRow } from "../event_row";
import { Figure, Nothing, Panel, Side, Title, sideClass } from "../pieces";
import { PairCard, useServerTrends } from "./now";
import { clean, count, percent, quoted } from "../text";
import { dayAndClock, stepOf } from "../time";
import { trendsOf } from "../trend";
import { useAsk, useHas } from "../use_ask";

interface Got { signature?: Signature; parts?: string[]; why?: string; decisions?: Decision[]; completeness?: Completeness }

const DIMENSIONS: [string, string][] = [["version", "Versions of the service"], ["app_version", "Versions of the app"], ["region", "Regions"], ["os", "Systems"], ["host", "Hosts"], ["carrier", "Carriers"]];

function Breakdown({ filter, by, title }: { filter: string; by: string; title: string }) {
  const { range, again } = useHere();
  const asked = useAsk<CountAnswer>("CountEvents", { range, filter, by, limit: 8 }, again);
  const rows = asked.data?.rows ?? [];
  const total = num(asked.data?.total);
  if (!rows.some((row) => row.value)) return null;
  return (
    <div class="breakdown">
      <h3>{title}</h3>
      <ul>
        {rows.map((row) => (
          <li>
            <span class="bar-row"><i style={{ width: `${(num(row.count) / total) * 100}%` }} />
              {row.other ? "all others" : row.value ? <a href={link("search", "", { q: `${filter} AND ${by} = ${quoted(row.value)}` })}>{clean(row.value)}</a> : <span class="muted">not stated</span>}
            </span>
            <span class="number">{percent(num(row.count) / total)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Partners({ signature, side }: { signature: string; side?: string }) {
  const { range, again } = useHere();
  const mine = side === "SERVER" ? "serverFilter" : "clientFilter";
  const asked = useAsk<CorrelateAnswer>("Correlate", side === "SERVER" || side === "CLIENT" ? { range, [mine]: `signature = ${signature}`, pageSize: 5 } : null, again);
  const trends = useServerTrends(asked.data?.pairs);
  if (side !== "SERVER" && side !== "CLIENT") return null;
  return (
    <Panel title={side === "SERVER" ? "Client failures that it goes with" : "Server failures that go with it"} asked={asked}>
      {(data: CorrelateAnswer) => data.pairs?.length ? <ol class="pairs">{data.pairs.map((pair, i) => <PairCard pair={pair} trends={trends} rank={i + 1} />)}</ol>
        : <Nothing>None goes with it more than chance explains.</Nothing>}
    </Panel>
  );
}

function Trend({ filter, color }: { filter: string; color: string }) {
  const { range, span, again } = useHere();
  const step = stepOf(span);
  const asked = useAsk<CountAnswer>("CountEvents", { range, filter, step: `${step}s` }, again);
  return (
    <Panel title="Over time" asked={asked}>
      {(data: CountAnswer) => num(data.total) === 0 ? <Nothing>It does not occur in this span.</Nothing>
        : <Chart label="Records over time" trends={trendsOf(data, span, step)} series={[{ name: "records", color, counts: trendsOf(data, span, step).total }]} height={170} />}
    </Panel>
  );
}

export function SignatureView() {
  const outside = useHere();
  const [decided, setDecided] = useState(0);
  const here = { ...outside, again: `${outside.again} ${decided}` };
  return <HereContext.Provider value={here}><OneSignature decided={() => setDecided((n) => n + 1)} /></HereContext.Provider>;
}

function OneSignature({ decided }: { decided: () => void }) {
  const { address, range, again } = useHere();
  const canDecide = useHas("DecideSignature");
  const id = address.argument;
  const filter = `signature = ${id}`;
  const asked = useAsk<Got>("GetSignature", id ? { signature: id, range } : null, again);
  const events = useAsk<{ events?: FaultEvent[]; completeness?: Completeness }>("SearchEvents", asked.data ? { range, filter, pageSize: 5, view: "EVENT_VIEW_FULL" } : null, again);
  const one = asked.data?.signature;
  const decisions = asked.data?.decisions ?? [];
  const isSplit = decisions.some((made) => made.kind === "DECISION_KIND_SPLIT" && made.splitBy && made.signature === one?.signature && !num(made.undoneBy));
  if (!one) return <Panel title="Signature" asked={asked}>{() => <Nothing>Nothing is known of it.</Nothing>}</Panel>;
  return (
    <>
      <h1><Side side={one.side} service={one.service} /> <Title text={one.title || one.exemplar} /> <States one={one} /></h1>
      {one.signature !== id && <p class="muted">Somebody said that <code>{clean(id)}</code> is the same failure as this one.</p>}
      {one.template && <p class="muted small">Its records read: <Title text={one.template} /></p>}
      {one.splitFrom && <p class="muted small">A part of <a href={link("signature", one.splitFrom)}><code>{one.splitFrom}</code></a>.</p>}
      <div class="figures">
        <Figure value={count(num(one.units))}>messages failed so</Figure>
        <Figure value={count(num(one.lines))}>records</Figure>
        {one.firstTime && <Figure value={dayAndClock(Date.parse(one.firstTime))}>first in this span</Figure>}
        {one.lastTime && <Figure value={dayAndClock(Date.parse(one.lastTime))}>last</Figure>}
        <span class="grow" />
        <a class="button" href={link("search", "", { q: filter })}>Its records</a>
        <a class="button" href={link("explain", "", { q: filter })}>What stands out in it</a>
      </div>
      {isSplit && <Parts filter={filter} again={again} />}
      <Trend filter={filter} color={sideClass(one.side)} />
      <Partners signature={id} side={one.side} />
      <Panel title="Where"><div class="breakdowns">{DIMENSIONS.map(([by, title]) => <Breakdown filter={filter} by={by} title={title} />)}</div></Panel>
      {canDecide && <Decisions key={one.signature} one={one} decisions={decisions} decided={decided} />}
      <Panel title="Latest records" asked={events}>
        {(data: { events?: FaultEvent[] }) => data.events?.length ? <ul class="events">{data.events.map((event) => <EventRow event={event} />)}</ul> : <Nothing>None in this span.</Nothing>}
      </Panel>
      <Panel title="Why these records are one kind">
        <p>{clean(asked.data?.why)}</p>
        <p class="muted small"><code>{one.signature}</code>{one.members?.length ? <>, with {one.members.map((member) => <code>{member} </code>)}</> : null}{one.rule ? <> by the rule <code>{clean(one.rule)}</code></> : null}</p>
      </Panel>
    </>
  );
}
