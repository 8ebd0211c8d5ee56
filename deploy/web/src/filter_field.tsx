// A filter of the address, with completion of fields, signs and values.
import { useEffect, useRef, useState } from "preact/hooks";
import { call, type CountAnswer } from "./api";
import { change } from "./address";
import { COUNTED, FIELDS, completionAt, type Completion } from "./filter_words";
import { useHere } from "./context";
import { clean, quoted } from "./text";

type Values = { field: string; known: string[] };

// What completes `place`. Values are known once they were asked for.
function completions(place: Completion | null, values: Values): string[] {
  if (!place) return [];
  const typed = place.typed.replace(/^"/, "").toLowerCase();
  const fitting = place.kind === "field" ? FIELDS.filter((field) => field.startsWith(typed) && field !== typed)
    : place.field === values.field ? values.known.filter((one) => one.toLowerCase().includes(typed)) : [];
  return fitting.slice(0, 12);
}

export function FilterField({ name, label, side, wide }: { name: string; label: string; side?: string; wide?: boolean }) {
  const { address, range } = useHere();
  const value = address.params[name] ?? "";
  // One truth, outside of what is drawn: keys may follow each other faster than the page is drawn.
  const now = useRef({ text: value, place: null as Completion | null, at: -1, values: { field: "", known: [] } as Values }).current;
  const [, drawn] = useState(0);
  const draw = () => drawn((n) => n + 1);
  const input = useRef<HTMLInputElement>(null);
  const shown = useRef(value);
  if (shown.current !== value) { shown.current = value; now.text = value; }  // another address
  const asked = now.place?.kind === "value" && COUNTED.includes(now.place.field) ? now.place.field : "";
  useEffect(() => {
    if (!asked) return;
    const abort = new AbortController();
    call<CountAnswer>("CountEvents", { range, by: asked, limit: 50, filter: side ? `side = ${side}` : "" }, abort.signal).then(
      (answer) => { now.values = { field: asked, known: (answer.rows ?? []).map((row) => row.value ?? "").filter(Boolean) }; draw(); },
      () => {},  // nothing is offered then
    );
    return () => abort.abort();
  }, [asked]);
  const look = () => {
    const field = input.current!;
    Object.assign(now, { text: field.value, place: completionAt(field.value, field.selectionStart ?? field.value.length), at: -1 });
    draw();
  };
  const close = () => { now.place = null; now.at = -1; draw(); };
  const take = (option: string) => {
    const field = input.current, place = now.place;
    if (!place || !field) return;
    const put = place.kind === "field" ? `${option} = ` : `${/^[\w.\-:/]+$/.test(option) ? option : quoted(option)} `;
    const end = place.start + put.length;
    // At once, so that keys that are pressed now land behind it.
    field.value = field.value.slice(0, place.start) + put + field.value.slice(place.end);
    field.focus();
    field.setSelectionRange(end, end);
    look();
  };
  const submit = () => { close(); change({ [name]: now.text.trim() || undefined, pair: undefined }); };
  const onKey = (event: KeyboardEvent) => {
    const known = completions(now.place, now.values);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step && known.length) { event.preventDefault(); now.at = now.at < 0 && step < 0 ? known.length - 1 : (now.at + step + known.length) % known.length; draw(); }
    else if (event.key === "Escape") close();
    else if (event.key === "Enter") { event.preventDefault(); const chosen = known[now.at]; if (chosen !== undefined) take(chosen); else submit(); }
  };
  const { text, place, at } = now;
  const options = completions(place, now.values);
  const list = `options-${name}`;
  return (
    <div class={`filter-field ${wide ? "grow" : ""}`}>
      <label for={`filter-${name}`}>{label}</label>
      <div class="combo">
        <input id={`filter-${name}`} ref={input} value={text} placeholder={side ? "everything" : name === "base" ? "everything else" : 'service = gateway AND severity >= ERROR "timeout"'} spellcheck={false} autocomplete="off" role="combobox"
          aria-expanded={Boolean(place && options.length)} aria-controls={list} aria-autocomplete="list" aria-activedescendant={at >= 0 ? `${list}-${at}` : undefined}
          onInput={look} onFocus={look} onClick={look} onKeyDown={onKey} onBlur={() => setTimeout(() => document.activeElement !== input.current && close(), 150)} />
        {text !== value && <button class="primary" onClick={submit}>Apply</button>}
        {value && text === value && <button class="quiet" aria-label={`Clear ${label}`} onClick={() => { now.text = ""; change({ [name]: undefined, pair: undefined }); }}>✕</button>}
        <ul id={list} role="listbox" aria-label={`Completions of ${label}`} hidden={!(place && options.length)}>
          {options.map((option, i) => <li id={`${list}-${i}`} role="option" aria-selected={i === at} onMouseDown={(event) => { event.preventDefault(); take(option); }}>{clean(option)}</li>)}
        </ul>
      </div>
    </div>
  );
}
