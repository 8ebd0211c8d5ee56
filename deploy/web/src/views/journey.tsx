// Everything that happened to one id, of all sides, on one axis of corrected time.
import { useState } from "preact/hooks";
import { link } from "../address";
import { num, type Completeness, type FaultEvent, type JourneyId } from "../api";
import { useHere } from "../context";
import { EventRow } from "../event_row";
import { Nothing, Panel, sideClass } from "../pieces";
import { clean, count } from "../text";
import { clock, day, duration } from "../time";
import { useAsk } from "../use_ask";

interface Got { events?: FaultEvent[]; ids?: JourneyId[]; completeness?: Completeness }

const SIDES: [string, string][] = [["CLIENT", "client"], ["NETWORK", "network"], ["SERVER", "server"], ["USER", "user"], ["", "no side"]];

function Axis({ events }: { events: FaultEvent[] }) {
  const at = events.map((event) => Date.parse(event.time));
  const start = Math.min(...at);
  const length = Math.max(1, Math.max(...at) - start);
  const lanes = SIDES.filter(([side]) => events.some((event) => (event.side ?? "") === side));
  const x = (ms: number) => 3 + ((ms - start) / length) * 94;
  return (
    <figure class="axis-figure">
      {lanes.map(([side, name]) => (
        <div class={`lane ${sideClass(side)}`}>
          <span class="lane-name">{name}</span>
          <span class="lane-line">
            {events.map((event, i) => (event.side ?? "") === side && (
              <button style={{ left: `${x(at[i]!)}%` }} title={`${clock(at[i]!, true)} ${clean(event.service)}: ${clean(event.message)}`} aria-label={`${name}, ${duration((at[i]! - start) / 1000)} after the start: ${clean(event.message)}`}
                onClick={() => { const row = document.getElementById(`event-${event.id}`); row?.scrollIntoView({ block: "center" }); row?.querySelector("button")?.focus(); }} />
            ))}
          </span>
        </div>
      ))}
      <div class="lane scale"><span class="lane-name" /><span class="lane-line"><span>{clock(start, true)}</span><span>{duration(length / 2000)}</span><span>+{duration(length / 1000)}</span></span></div>
    </figure>
  );
}

function Story({ events }: { events: FaultEvent[] }) {
  const first = (side: string) => events.find((event) => event.side === side);
  const server = first("SERVER");
  const client = first("CLIENT");
  if (!server || !client) return <p>Only {server ? "the server" : client ? "the client" : "one side"} reports a failure for this id.</p>;
  const lag = (Date.parse(client.time) - Date.parse(server.time)) / 1000;
  return (
    <p class="story">
      <b class="server">{clean(server.service) || "A server"}</b> {lag >= 0 ? "failed first" : "failed"}: “{clean(server.message)}”. {duration(Math.abs(lag))} {lag >= 0 ? "later" : "earlier"} <b class="client">{clean(client.service) || "a client"}</b> reported: “{clean(client.message)}”.
    </p>
  );
}

function Ids({ ids }: { ids: JourneyId[] }) {
  return (
    <p class="small muted">
      Found by {ids.map((one, i) => <>{i > 0 && ", "}{(one.id?.kind ?? "").replace("ID_KIND_", "").toLowerCase()} <code>{clean(one.id?.value)}</code> ({count(num(one.events))} records{one.notIdentifying ? "; too many to be one message, so not followed" : ""})</>)}
    </p>
  );
}

function Shown({ data, id }: { data: Got; id: string }) {
  const events = data.events ?? [];
  if (events.length === 0) return <Nothing>No failure carries the id <code>{clean(id)}</code>. Ids are looked for in the whole store; the records may have carried none, or retention dropped them.</Nothing>;
  const start = Date.parse(events[0]!.time);
  return (
    <>
      <Story events={events} />
      <Axis events={events} />
      <p class="muted small">{count(events.length)} records, {day(start)}, in corrected time; open one for its text, ids and stack.</p>
      <ol class="events">{events.map((event) => <EventRow event={event} offset={`+${duration((Date.parse(event.time) - start) / 1000)}`} />)}</ol>
      <Ids ids={data.ids ?? []} />
    </>
  );
}

export function Journey() {
  const { address, again } = useHere();
  const id = address.argument;
  const [typed, setTyped] = useState("");
  const asked = useAsk<Got>("GetJourney", id ? { id, view: "EVENT_VIEW_FULL" } : null, again);
  return (
    <>
      <h1>Journey <small>one message, every side</small></h1>
      <form class="filters" onSubmit={(event) => { event.preventDefault(); if (typed.trim()) location.hash = link("journey", typed.trim()); }}>
        <div class="filter-field grow">
          <label for="journey-id">An id: message, request, trace, user, device…</label>
          <div class="combo"><input id="journey-id" value={typed} placeholder={id || "4bf92f3577b34da6a3ce929d0e0e4736"} spellcheck={false} autocomplete="off" onInput={(event) => setTyped(event.currentTarget.value)} /><button class="primary">Show</button></div>
        </div>
      </form>
      {id ? <Panel title={<>What happened to <code class="id">{clean(id)}</code></>} asked={asked}>{(data: Got) => <Shown data={data} id={id} />}</Panel>
        : <Nothing>Type an id above, or take one from <a href={link("correlate")}>a pair</a> (“See one journey”).</Nothing>}
    </>
  );
}
