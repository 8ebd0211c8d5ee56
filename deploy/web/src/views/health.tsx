// Whether everything is read, and what could not be.
import { useState } from "preact/hooks";
import { num, type Completeness, type DeadLetter, type StatusAnswer, type Stream } from "../api";
import { useHere } from "../context";
import { Figure, Nothing, Panel, Shares } from "../pieces";
import { bytes, clean, count, percent } from "../text";
import { dayAndClock, duration } from "../time";
import { useAsk } from "../use_ask";

const when = (text: string | undefined): string => (text ? dayAndClock(Date.parse(text)) : "never");
const lagOf = (stream: Stream): string => (num(stream.lag) < 0 ? "not known" : count(num(stream.lag)));

function Accounts({ totals }: { totals: Stream }) {
  const parts = [{ name: "stored", value: num(totals.stored), class: "c-linked" }, { name: "attempts", value: num(totals.attempts), class: "c-server" },
    { name: "dead letters", value: num(totals.deadLetters), class: "c-bad" }, { name: "repeats", value: num(totals.repeats), class: "c-open" }];
  return (
    <>
      <p><b>{count(num(totals.consumed))}</b> records read: every one is accounted for.</p>
      <Shares label="Records read" parts={parts} />
      <ul class="legend">{parts.map((part) => <li class={part.value ? "" : "muted"}><i class={part.class} /><b>{count(part.value)}</b> {part.name}</li>)}</ul>
    </>
  );
}

function Streams({ streams }: { streams: Stream[] }) {
  if (!streams.length) return <Nothing>Nothing has been read: give faultlined a source, or load files.</Nothing>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Streams">
      <table>
        <thead><tr><th>Stream</th><th class="number">Waiting</th><th class="number">Next</th><th>Read up to (event time)</th><th class="number">Records</th><th class="number">Dead letters</th></tr></thead>
        <tbody>{streams.map((stream) => (
          <tr><td class="grow" title={clean(stream.stream)}>{clean(stream.label || stream.stream)}</td><td class="number">{lagOf(stream)}</td><td class="number">{count(num(stream.nextOffset))}</td>
            <td class="nowrap">{when(stream.watermark)}</td><td class="number">{count(num(stream.consumed))}</td><td class={num(stream.deadLetters) ? "number bad" : "number"}>{count(num(stream.deadLetters))}</td></tr>
        ))}</tbody>
      </table>
    </div>
  );
}

// What became of one, or what can be done with it.
function Fate({ one }: { one: DeadLetter }) {
  if (one.replayedTime) return <>Came again and was taken {when(one.replayedTime)}.</>;
  if (one.partlyTaken) return <>The rest of the record was taken; to replay it would count that twice.</>;
  return <>Waits. Mend what caused it, then: <code>faultline deadletters replay --reason {clean(one.reason)}</code></>;
}

function DeadLetters({ known }: { known: number }) {
  const { again } = useHere();
  const [size, setSize] = useState(20);
  const asked = useAsk<{ deadLetters?: DeadLetter[]; nextPageToken?: string; completeness?: Completeness }>("ListDeadLetters", { pageSize: size }, again);
  return (
    <Panel title="Dead letters" asked={asked}>
      {(data: { deadLetters?: DeadLetter[]; nextPageToken?: string }) => data.deadLetters?.length ? (
        <>
          <ul class="events">{data.deadLetters.map((one) => (
            <li class={one.replayedTime ? "event muted" : "event"}><details><summary>{one.replayedTime ? "✓ " : ""}<code>{clean(one.reason)}</code> {clean(one.detail)} <span class="muted small">{clean(one.label)} at {count(num(one.offset))}, {when(one.time)}</span></summary>
              <pre tabIndex={0}>{clean(one.bytes)}</pre><p class="muted small">{bytes(num(one.originalSizeBytes))} in all. <Fate one={one} /></p></details></li>))}</ul>
          {data.nextPageToken && size < 1000 && <button onClick={() => setSize(size * 4)}>Show more</button>}
        </>
      ) : <Nothing>{known ? "Those that were kept are gone from the store." : "None: every record was understood."}</Nothing>}
    </Panel>
  );
}

// What is bounded: how near the bound is, and what happens there.
function Budgets({ status }: { status: StatusAnswer }) {
  const shown = (value: number, unit: string | undefined) => (unit === "bytes" ? bytes(value) : count(value));
  const names: Record<string, string> = { disk: "Disk", graph: "Events in the graph of units", series: "Series watched", queries: "Queries running", followers: "Live tails" };
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Budgets">
      <table>
        <thead><tr><th>What</th><th class="number">In use</th><th class="number">Of</th><th /><th>Beyond that</th></tr></thead>
        <tbody>{(status.budgets ?? []).map((one) => {
          const share = num(one.used) / num(one.limit);
          return (
            <tr><td class="nowrap">{names[one.name ?? ""] ?? clean(one.name)}</td><td class="number">{shown(num(one.used), one.unit)}</td><td class="number">{shown(num(one.limit), one.unit)}</td>
              <td><span class="gauge" role="img" aria-label={percent(share)}><i class={share > 0.9 ? "c-bad" : "c-linked"} style={{ width: `${Math.min(1, share) * 100}%` }} /></span></td><td class="grow muted">{clean(one.beyond)}</td></tr>
          );
        })}</tbody>
      </table>
    </div>
  );
}

// Where the time of ingestion goes: stages run beside each other, so the busiest is the one that holds the others up.
function Stages({ status }: { status: StatusAnswer }) {
  const stages = status.stages ?? [];
  const most = Math.max(...stages.map((one) => one.seconds ?? 0), 1e-9);
  if (!stages.length) return <Nothing>This process reads no source. Where one is read, its stages are shown here.</Nothing>;
  return (
    <ul class="plain stages">
      {stages.map((one) => <li><span class="bar-row"><i style={{ width: `${((one.seconds ?? 0) / most) * 100}%` }} /><span><b>{clean(one.name)}</b> <span class="muted">{clean(one.what)}</span></span></span><span class="number">{duration(one.seconds ?? 0)}</span></li>)}
    </ul>
  );
}

export function Health() {
  const { status } = useHere();
  if (!status) return null;
  const store = status.store ?? {};
  const totals = status.totals ?? {};
  const errors = status.ruleErrors ?? [];
  return (
    <>
      <h1>Health <small>is everything read?</small></h1>
      <div class="figures">
        <Figure value={count(num(store.events))}>events stored</Figure>
        <Figure value={lagOf(totals)}>records waiting</Figure>
        <Figure value={count(num(totals.deadLetters))}>dead letters</Figure>
        <Figure value={bytes(num(store.diskBytes))}>on disk, {count(num(store.segments))} {num(store.segments) === 1 ? "segment" : "segments"}</Figure>
        <Figure value={status.role === "query" ? "—" : count(status.rules ?? 0)}>rules{status.role === "query" ? " (the worker has them)" : ""}</Figure>
        <Figure value={duration((Date.now() - Date.parse(status.startTime ?? "")) / 1000)}>since the start</Figure>
      </div>
      <Panel title="Records"><Accounts totals={totals} /></Panel>
      <Panel title="Positions"><Streams streams={status.streams ?? []} /></Panel>
      <Panel title="Stages of ingestion"><Stages status={status} /></Panel>
      <Panel title="Budgets"><Budgets status={status} /></Panel>
      <Panel title="Rules">
        {errors.length ? <ul class="plain">{errors.map((error) => <li class="bad">{clean(error)}</li>)}</ul> : <Nothing>{status.rules ? "No rule was refused." : "No rules are in force here."}</Nothing>}
      </Panel>
      <DeadLetters known={num(totals.deadLetters)} />
      <p class="muted small">faultline {status.version} {status.buildCommit} · {status.buildDetails} · role {status.role} · store format {store.formatVersion} · events from {when(store.firstTime)} to {when(store.lastTime)}</p>
    </>
  );
}
