// What people decide about one signature: merge, split, rename, mute, resolve; and take back.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { CallError, call, num, type Completeness, type Decision, type Signature } from "./api";
import { useHere } from "./context";
import { Failure, Nothing, Panel, Side, SignatureLink, Title } from "./pieces";
import { clean, count } from "./text";
import { dayAndClock } from "./time";
import { useAsk } from "./use_ask";

const KEY = "faultline.who";
const remembered = (): string => { try { return localStorage.getItem(KEY) ?? ""; } catch { return ""; } };
const remember = (who: string): void => { try { localStorage.setItem(KEY, who); } catch { /* asked again next time */ } };

const FIELDS = ["service", "region", "version", "app_version", "environment", "os", "carrier", "endpoint", "host", "code", "exception", "logger"];
const SPANS: [string, number][] = [["for good", 0], ["for 2 hours", 7200], ["for a day", 86_400], ["for a week", 604_800]];
const ACTIONS = { rename: "Rename", merge: "Merge others into it", split: "Split", mute: "Mute", resolve: "Resolve" };
type Action = keyof typeof ACTIONS;

// A decision in words; `signature` is the one that is looked at.
export function words(one: Decision): string {
  switch (one.kind) {
    case "DECISION_KIND_MERGE": return `merged ${one.others?.length === 1 ? "another" : count(one.others?.length ?? 0)} into it`;
    case "DECISION_KIND_SPLIT": return one.splitBy ? `split it by ${clean(one.splitBy)}` : "took it out of what it was merged into";
    case "DECISION_KIND_RENAME": return `called it “${clean(one.name)}”`;
    case "DECISION_KIND_MUTE": return one.until ? `muted it until ${dayAndClock(Date.parse(one.until))}` : "muted it";
    case "DECISION_KIND_RESOLVE": return "resolved it";
    case "DECISION_KIND_UNDO": return `took ${one.undoes} back`;
    default: return "decided something that this page does not know";
  }
}

// "muted", "resolved", "reopened".
export function States({ one }: { one: Signature }) {
  return (
    <>
      {one.muted && <span class="chip">muted</span>}
      {one.resolvedTime && (one.reopened ? <span class="chip bad">reopened</span> : <span class="chip">resolved</span>)}
    </>
  );
}

function Field({ label, children }: { label: string; children: ComponentChildren }) {
  return <label class="field"><span>{label}</span>{children}</label>;
}

// Which others are the same failure: those of its side in the span.
function Others({ one, chosen, choose }: { one: Signature; chosen: string[]; choose: (chosen: string[]) => void }) {
  const { range } = useHere();
  const asked = useAsk<{ signatures?: Signature[]; completeness?: Completeness }>("ListSignatures", { range, filter: one.side ? `side = ${one.side}` : "", pageSize: 200 });
  const [look, setLook] = useState("");
  const fits = (other: Signature) => other.signature !== one.signature && clean(`${other.title} ${other.service}`).toLowerCase().includes(look.toLowerCase());
  const others = asked.data?.signatures?.filter((other) => fits(other) || chosen.includes(other.signature)) ?? [];
  return (
    <fieldset>
      <legend>Which are the same failure?</legend>
      <input aria-label="Look for a failure" placeholder="Part of its text" value={look} onInput={(event) => setLook(event.currentTarget.value)} />
      {asked.error ? <Failure title={asked.error.message} /> : !asked.data ? <p class="muted">Loading…</p> : (
        <ul class="choices">
          {others.map((other) => (
            <li><label><input type="checkbox" checked={chosen.includes(other.signature)} onChange={() => choose(chosen.includes(other.signature) ? chosen.filter((id) => id !== other.signature) : [...chosen, other.signature])} />
              <Side side={other.side} service={other.service} /> <Title text={other.title || other.exemplar} /> <span class="muted small">{count(num(other.lines))}</span></label></li>
          ))}
          {others.length === 0 && <li class="muted">No other fits in this span.</li>}
        </ul>
      )}
    </fieldset>
  );
}

function Form({ action, one, decide, close }: { action: Action; one: Signature; decide: (decision: Decision) => void; close: () => void }) {
  const [who, setWho] = useState(remembered);
  const [why, setWhy] = useState("");
  const [name, setName] = useState(one.title ?? "");
  const [others, setOthers] = useState<string[]>([]);
  const [field, setField] = useState("service");
  const [seconds, setSeconds] = useState(0);
  const made = (): Decision => {
    const decision: Decision = { signature: one.signature, who, why, kind: `DECISION_KIND_${action.toUpperCase()}` };
    if (action === "rename") decision.name = name;
    if (action === "merge") decision.others = others;
    if (action === "split") decision.splitBy = field;
    if (action === "mute" && seconds) decision.until = new Date(Date.now() + seconds * 1000).toISOString();
    return decision;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    remember(who);
    decide(made());
  };
  return (
    <form class="decide" onSubmit={submit} aria-label={ACTIONS[action]}>
      {action === "rename" && <Field label="Name"><input required maxLength={200} value={name} onInput={(event) => setName(event.currentTarget.value)} /></Field>}
      {action === "merge" && <Others one={one} chosen={others} choose={setOthers} />}
      {action === "split" && <Field label="One for each value of"><select value={field} onChange={(event) => setField(event.currentTarget.value)}>{FIELDS.map((each) => <option>{each}</option>)}</select></Field>}
      {action === "mute" && <Field label="How long"><select value={seconds} onChange={(event) => setSeconds(Number(event.currentTarget.value))}>{SPANS.map(([text, value]) => <option value={value}>{text}</option>)}</select></Field>}
      {action === "resolve" && <p>A failure from now on makes it reopened.</p>}
      {action === "mute" && <p>It is left out of lists and findings, and counts everywhere.</p>}
      <Field label="Why"><input maxLength={2000} placeholder="For those who come after" value={why} onInput={(event) => setWhy(event.currentTarget.value)} /></Field>
      <Field label="Your name"><input required maxLength={200} value={who} onInput={(event) => setWho(event.currentTarget.value)} /></Field>
      <div class="actions"><button class="primary" disabled={action === "merge" && others.length === 0}>{ACTIONS[action]}</button><button type="button" onClick={close}>Cancel</button></div>
    </form>
  );
}

function History({ decisions, undo }: { decisions: Decision[]; undo: (number: string) => void }) {
  if (decisions.length === 0) return <Nothing>Nobody decided anything about it yet.</Nothing>;
  return (
    <ul class="plain history">
      {decisions.map((one) => (
        <li class={num(one.undoneBy) ? "undone" : ""}>
          <b>{clean(one.who)}</b> {words(one)} <span class="muted small">{dayAndClock(Date.parse(one.time ?? ""))}, decision {one.number}</span>
          {one.why ? <> — {clean(one.why)}</> : null}{" "}
          {num(one.undoneBy) ? <span class="muted small">taken back by {one.undoneBy}</span> : <button class="link" aria-label={`Take back decision ${one.number}`} onClick={() => undo(String(one.number))}>Take back</button>}
        </li>
      ))}
    </ul>
  );
}

// `decided` is called when something has changed.
export function Decisions({ one, decisions, decided }: { one: Signature; decisions: Decision[]; decided: () => void }) {
  const [open, setOpen] = useState<Action | undefined>();
  const [said, setSaid] = useState<{ error?: string; done?: Decision }>({});
  const decide = (decision: Decision) => {
    call<{ decision: Decision }>("DecideSignature", { decision }).then(
      (answer) => { setSaid({ done: answer.decision }); setOpen(undefined); decided(); },
      (error: unknown) => setSaid({ error: error instanceof CallError ? error.message.replace(/^decision\.\w+: /, "") : String(error) }),
    );
  };
  const undo = (number: string) => decide({ kind: "DECISION_KIND_UNDO", undoes: number, who: remembered() || "somebody at the page" });
  return (
    <Panel title="What people decided about it">
      <div class="actions" role="group" aria-label="Decide">
        {(Object.keys(ACTIONS) as Action[]).map((action) => (
          <button aria-expanded={open === action} onClick={() => { setSaid({}); setOpen(open === action ? undefined : action); }}>{ACTIONS[action]}</button>
        ))}
      </div>
      {open && <Form key={open} action={open} one={one} decide={decide} close={() => setOpen(undefined)} />}
      {said.error && <Failure title={said.error} />}
      <p role="status" class={said.done ? "done" : "unseen"}>{said.done && <>Done: {words(said.done)}. {said.done.kind !== "DECISION_KIND_UNDO" && <button class="link" onClick={() => undo(String(said.done?.number))}>Undo</button>}</>}</p>
      <History decisions={decisions} undo={undo} />
    </Panel>
  );
}

// What a signature that was split is now.
export function Parts({ filter, again }: { filter: string; again: string }) {
  const { range } = useHere();
  const asked = useAsk<{ signatures?: Signature[]; completeness?: Completeness }>("ListSignatures", { range, filter, includeMuted: true, pageSize: 50 }, again);
  return (
    <Panel title="It was split into" asked={asked}>
      {(data: { signatures?: Signature[]; completeness?: Completeness }) => data.signatures?.length ? (
        <ul class="plain">{data.signatures.map((part) => <li><SignatureLink {...part} /> <span class="muted small">{count(num(part.lines))} records</span></li>)}</ul>
      ) : <Nothing>None of it occurs in this span.</Nothing>}
    </Panel>
  );
}
