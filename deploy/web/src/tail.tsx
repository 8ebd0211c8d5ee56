// Records as they arrive.
import { useEffect, useState } from "preact/hooks";
import { CallError, num, type FaultEvent, type Num } from "./api";
import { EventRow } from "./event_row";
import { Failure, Nothing } from "./pieces";
import { stream } from "./stream";
import { count } from "./text";

const KEPT = 300;
const AGAIN_MS = 2000;
// Codes after which asking again is of no use.
const FINAL = new Set(["invalid_argument", "unimplemented", "permission_denied"]);

interface Batch { events?: FaultEvent[]; resumeToken?: string; skipped?: Num }
interface Row { event?: FaultEvent; gap?: number }

// Follows from the latest on, and goes on where it was after the connection broke.
async function follow(filter: string, signal: AbortSignal, add: (rows: Row[]) => void, say: (words: string, final: boolean) => void): Promise<void> {
  let token = "";
  while (!signal.aborted) {
    try {
      for await (const batch of stream<Batch>("TailEvents", token ? { filter, resumeToken: token } : { filter, backlog: 50 }, signal)) {
        say("", false);
        token = batch.resumeToken ?? token;
        const gap = num(batch.skipped);
        add([...(gap ? [{ gap }] : []), ...(batch.events ?? []).map((event) => ({ event }))]);
      }
    } catch (error) {
      if (signal.aborted) return;
      const final = error instanceof CallError && FINAL.has(error.code);
      say(error instanceof Error ? error.message : String(error), final);
      if (final) return;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

export function Tail({ filter }: { filter: string }) {
  const [rows, setRows] = useState<Row[]>([]);
  const [words, setWords] = useState("");
  const [final, setFinal] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    setRows([]);
    void follow(filter, abort.signal, (more) => setRows((old) => [...more.reverse(), ...old].slice(0, KEPT)), (text, ended) => { setWords(text); setFinal(ended); });
    return () => abort.abort();
  }, [filter]);
  return (
    <div aria-live="off">
      {words && (final ? <Failure title={words} /> : <p class="partial">{words} Trying again…</p>)}
      {rows.length === 0 && !words && <Nothing>Waiting for records that fit…</Nothing>}
      <ul class="events">
        {rows.map((row) => row.event ? <EventRow key={row.event.id} event={row.event} /> : <li class="event gap">{count(row.gap ?? 0)} records came too fast to be looked at</li>)}
      </ul>
    </div>
  );
}
