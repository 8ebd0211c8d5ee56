// A filter of the address, with completion of fields, signs and values.
import { useEffect, useRef, useState } from "preact/hooks";
import { call, type CountAnswer } from "./api";
import { change } from "./address";
import { COUNTED, FIELDS, completionAt, type Completion } from "./filter_words";
import { useHere } from "./context";
import { clean, quoted } from "./text";

export function FilterField({ name, label, side, wide }: { name: string; label: string; side?: string; wide?: boolean }) {
  const { address, range } = useHere();
  const value = address.params[name] ?? "";
  const [text, setText] = useState(value);
  const [options, setOptions] = useState<string[]>([]);
  const [place, setPlace] = useState<Completion | null>(null);
  const [at, setAt] = useState(-1);
  // What a key acts on: keys may follow each other faster than the page is drawn.
  const now = useRef({ options, at });
  now.current.options = options;
  const choose = (index: number) => { now.current.at = index; setAt(index); };
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (!place) { setOptions([]); return; }
    if (place.kind === "field") {
      setOptions(FIELDS.filter((field) => field.startsWith(place.typed.toLowerCase()) && field !== place.typed).slice(0, 12));
      return;
    }
    if (!COUNTED.includes(place.field)) { setOptions([]); return; }
    const abort = new AbortController();
    call<CountAnswer>("CountEvents", { range, by: place.field, limit: 50, filter: side ? `side = ${side}` : "" }, abort.signal).then(
      (answer) => setOptions((answer.rows ?? []).map((row) => row.value ?? "").filter((one) => one && one.toLowerCase().includes(place.typed.replace(/^"/, "").toLowerCase())).slice(0, 12)),
      () => setOptions([]),
    );
    return () => abort.abort();
  }, [place?.kind, place?.typed, place?.kind === "value" ? place.field : ""]);
  const look = () => { const field = input.current!; setPlace(completionAt(field.value, field.selectionStart ?? field.value.length)); choose(-1); };
  const take = (option: string) => {
    if (!place || !input.current) return;
    const put = place.kind === "field" ? `${option} = ` : `${/^[\w.\-:/]+$/.test(option) ? option : quoted(option)} `;
    const end = place.start + put.length;
    const field = input.current;
    // At once, so that keys that are pressed now land behind it.
    field.value = field.value.slice(0, place.start) + put + field.value.slice(place.end);
    field.focus();
    field.setSelectionRange(end, end);
    setText(field.value);
    look();
  };
  const submit = () => { setPlace(null); change({ [name]: text.trim() || undefined, pair: undefined }); };
  const onKey = (event: KeyboardEvent) => {
    const { options: known, at: chosen } = now.current;
    if (event.key === "ArrowDown" && known.length) { event.preventDefault(); choose((chosen + 1) % known.length); }
    else if (event.key === "ArrowUp" && known.length) { event.preventDefault(); choose((chosen <= 0 ? known.length : chosen) - 1); }
    else if (event.key === "Escape") setPlace(null);
    else if (event.key === "Enter") { event.preventDefault(); if (chosen >= 0 && known[chosen] !== undefined) take(known[chosen]!); else submit(); }
  };
  const list = `options-${name}`;
  return (
    <div class={`filter-field ${wide ? "grow" : ""}`}>
      <label for={`filter-${name}`}>{label}</label>
      <div class="combo">
        <input id={`filter-${name}`} ref={input} value={text} placeholder={side ? "everything" : name === "base" ? "everything else" : 'service = gateway AND severity >= ERROR "timeout"'} spellcheck={false} autocomplete="off" role="combobox"
          aria-expanded={Boolean(place && options.length)} aria-controls={list} aria-autocomplete="list" aria-activedescendant={at >= 0 ? `${list}-${at}` : undefined}
          onInput={(event) => { setText(event.currentTarget.value); look(); }} onFocus={look} onClick={look} onKeyDown={onKey} onBlur={() => setTimeout(() => setPlace(null), 150)} />
        {text !== value && <button class="primary" onClick={submit}>Apply</button>}
        {value && text === value && <button class="quiet" aria-label={`Clear ${label}`} onClick={() => { setText(""); change({ [name]: undefined, pair: undefined }); }}>✕</button>}
        <ul id={list} role="listbox" aria-label={`Completions of ${label}`} hidden={!(place && options.length)}>
          {options.map((option, i) => <li id={`${list}-${i}`} role="option" aria-selected={i === at} onMouseDown={(event) => { event.preventDefault(); take(option); }}>{clean(option)}</li>)}
        </ul>
      </div>
    </div>
  );
}
