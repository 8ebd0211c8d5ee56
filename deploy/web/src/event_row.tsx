// One record, which opens to everything that is known of it.
import { link } from "./address";
import { useState } from "preact/hooks";
import { call, type FaultEvent } from "./api";
import { Side } from "./pieces";
import { clean } from "./text";
import { clock, dayAndClock, duration } from "./time";

const FIELDS: [string, keyof FaultEvent][] = [["Service", "service"], ["Version", "serviceVersion"], ["App version", "appVersion"], ["Region", "region"],
  ["Environment", "environment"], ["Host", "host"], ["System", "os"], ["Carrier", "carrier"], ["Endpoint", "endpoint"], ["Logger", "logger"], ["Code", "errorCode"],
  ["Severity", "severityText"], ["Exception", "exceptionType"], ["Exception says", "exceptionMessage"], ["Rule", "rule"], ["Format", "format"], ["Source", "source"], ["Why this kind", "why"]];

const kindWords = (kind: string | undefined): string => (kind ?? "").replace("ID_KIND_", "").toLowerCase() + " id";
const EXACT = new Set(["ID_KIND_TRACE", "ID_KIND_SPAN", "ID_KIND_REQUEST", "ID_KIND_MESSAGE"]);

function Times({ event }: { event: FaultEvent }) {
  const at = Date.parse(event.time);
  const claimed = Date.parse(event.claimedTime ?? "");
  const shift = (at - claimed) / 1000;
  return (
    <>
      <dt>Time</dt>
      <dd>{dayAndClock(at)}.{String(at % 1000).padStart(3, "0")}{Math.abs(shift) > 0.0005 && <> (corrected: its own clock said {dayAndClock(claimed)}, {duration(Math.abs(shift))} {shift > 0 ? "earlier" : "later"})</>}</dd>
    </>
  );
}

export function EventDetail({ event }: { event: FaultEvent }) {
  return (
    <div class="event-detail">
      <dl>
        <Times event={event} />
        {FIELDS.filter(([, field]) => event[field]).map(([name, field]) => <><dt>{name}</dt><dd>{clean(String(event[field]))}</dd></>)}
        {event.ids?.map((id) => <><dt>{kindWords(id.kind)}</dt><dd><a href={link("journey", id.value ?? "")}><code>{clean(id.value)}</code></a>{EXACT.has(id.kind ?? "") ? "" : <span class="muted"> weak: many messages share it</span>}</dd></>)}
        {Object.entries(event.attributes ?? {}).map(([name, value]) => <><dt><code>{clean(name)}</code></dt><dd>{clean(value)}</dd></>)}
        {event.notices?.length ? <><dt>Noticed</dt><dd>{event.notices.join(", ").replace(/_/g, " ")}</dd></> : null}
        {event.signature && <><dt>Kind</dt><dd><a href={link("signature", event.signature)}><code>{event.signature}</code></a></dd></>}
      </dl>
      <h4>Text</h4>
      <pre tabIndex={0}>{clean(event.message)}</pre>
      {event.stacktrace && <><h4>Stack</h4><pre tabIndex={0}>{clean(event.stacktrace)}</pre></>}
    </div>
  );
}

export function EventRow({ event, offset }: { event: FaultEvent; offset?: string }) {
  const [open, setOpen] = useState(false);
  const [full, setFull] = useState(event.why || event.attributes ? event : undefined);
  const [error, setError] = useState("");
  const at = Date.parse(event.time);
  const toggle = () => {
    setOpen(!open);
    if (!full && !open) call<{ event?: FaultEvent }>("GetEvent", { id: event.id }).then((answer) => setFull(answer.event), (reason: Error) => setError(reason.message));
  };
  return (
    <li class={`event ${open ? "open" : ""}`} id={`event-${event.id}`}>
      <button class="event-head" aria-expanded={open} onClick={toggle}>
        <time title={dayAndClock(at)}>{clock(at, true)}</time>
        {offset !== undefined && <span class="offset">{offset}</span>}
        <Side side={event.side} service={event.service} />
        <span class="message">{clean(event.message)}</span>
      </button>
      {open && (error ? <p class="bad">{error}</p> : full ? <EventDetail event={full} /> : <p class="muted">Loading…</p>)}
    </li>
  );
}
