// Chooses the span of time that every view is about.
import { useEffect, useState } from "preact/hooks";
import { change } from "./address";
import { useHere } from "./context";
import { spanInWords } from "./time";

const PRESETS: [string, string][] = [["15m", "15 min"], ["1h", "1 h"], ["6h", "6 h"], ["1d", "1 day"], ["7d", "7 days"], ["all", "All"]];

const local = (ms: number): string => {
  const d = new Date(ms - new Date(ms).getTimezoneOffset() * 6e4);
  return d.toISOString().slice(0, 19);
};

export function SpanPicker() {
  const { address, span, status } = useHere();
  const [open, setOpen] = useState(false);
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  useEffect(() => { setFrom(local(span.start)); setTo(local(span.end)); }, [span.start, span.end]);
  const whole = span.start === Date.parse(status?.store?.firstTime ?? "");
  const chosen = address.params.from ? "" : address.params.last ?? (whole ? "all" : "1h");
  const start = Date.parse(from);
  const end = Date.parse(to);
  const apply = (event: Event) => {
    event.preventDefault();
    if (!(start < end)) return;
    setOpen(false);
    change({ last: undefined, from: new Date(start).toISOString(), to: new Date(end).toISOString() });
  };
  return (
    <div class="span-picker" onKeyDown={(event) => event.key === "Escape" && setOpen(false)}>
      <div class="segments" role="group" aria-label="Span of time">
        {PRESETS.map(([last, title]) => (
          <button aria-pressed={chosen === last} onClick={() => change({ from: undefined, to: undefined, last })}>{title}</button>
        ))}
        <button aria-expanded={open} aria-pressed={Boolean(address.params.from)} onClick={() => setOpen(!open)}>Custom…</button>
      </div>
      <span class="muted span-words">{spanInWords(span)}</span>
      {open && (
        <form class="popover" onSubmit={apply}>
          <label>From <input type="datetime-local" step="1" value={from} onInput={(event) => setFrom(event.currentTarget.value)} /></label>
          <label>To <input type="datetime-local" step="1" value={to} onInput={(event) => setTo(event.currentTarget.value)} /></label>
          {!(start < end) && <p class="bad">The end must be later than the start.</p>}
          <button class="primary" disabled={!(start < end)}>Show</button>
        </form>
      )}
    </div>
  );
}

