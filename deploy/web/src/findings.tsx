// What the detector noticed in the span.
import { useEffect, useState } from "preact/hooks";
import { link } from "./address";
import { num, type Completeness, type Num } from "./api";
import { useHere } from "./context";
import { Nothing, Panel, Side, SignatureLink, Title } from "./pieces";
import { clean, count } from "./text";
import { minute } from "./time";
import type { Mark } from "./chart";
import { useAsk, useHas, type Asked } from "./use_ask";

export interface Finding {
  kind?: string; series?: Record<string, string>; reason?: string; start?: string; end?: string; title?: string; side?: string; version?: string;
  otherSide?: string; otherSignature?: string;
}
export interface FindingsAnswer { findings?: Finding[]; totalSize?: number; series?: Num; detectedUpTo?: string; replaying?: boolean; notes?: string[]; completeness?: Completeness }

const KINDS: Record<string, string> = { spike: "surges", new: "is new", silence: "went silent", regression: "is back", rate: "fails more often" };

function What({ one }: { one: Finding }) {
  const { signature, client, server } = one.series ?? {};
  if (signature) return <><Side side={one.side} /> <SignatureLink signature={signature} title={one.title} /></>;
  if (client && server) return <a class="signature-link" href={link("correlate", "", { pair: `${client}~${server}` })}><Title text={one.title} /></a>;
  return <>{Object.entries(one.series ?? {}).map(([name, value]) => <a class="chip" href={link("search", "", { q: `${name} = "${value}"` })}><b>{clean(name)}</b> {clean(value)}</a>)}</>;
}

// A server that has just started looks at what it has stored a little later.
const LATER_MS = 3000;

// The findings of the span, the last one first, at most so many; undefined where the server does not detect.
export function useFindings(most: number): Asked<FindingsAnswer> | undefined {
  const { range, empty, again } = useHere();
  const has = useHas("ListFindings");
  const [later, setLater] = useState(0);
  const asked = useAsk<FindingsAnswer>("ListFindings", has && !empty ? { range, pageSize: most } : null, `${again} ${later}`);
  useEffect(() => {
    if (!asked.data || (asked.data.detectedUpTo && !asked.data.replaying)) return;
    const timer = setTimeout(() => setLater((n) => n + 1), LATER_MS);
    return () => clearTimeout(timer);
  }, [asked.data]);
  return has ? asked : undefined;
}

// Where they begin, for a chart: numbered as the list numbers them.
export const marksOf = (findings: Finding[] | undefined): Mark[] =>
  (findings ?? []).map((one, i) => ({ at: Date.parse(one.start ?? ""), label: String(i + 1), words: `${clean(one.title)} ${KINDS[one.kind ?? ""] ?? clean(one.kind)}`.trim() }));

export function Findings({ asked, extra }: { asked: Asked<FindingsAnswer>; extra?: (total: number) => preact.ComponentChildren }) {
  const total = asked.data?.totalSize ?? 0;
  return (
    <Panel title="Noticed" asked={asked} extra={extra?.(total)}>
      {(data: FindingsAnswer) => data.findings?.length ? (
        <ol class="plain findings">
          {data.findings.map((one) => (
            <li class={one.end ? "" : "open"}>
              <b>{minute(Date.parse(one.start ?? ""))}{one.end ? `–${minute(Date.parse(one.end))}` : " until now"}</b>{" "}
              <What one={one} /> <span class={`kind ${one.kind ?? ""}`}>{KINDS[one.kind ?? ""] ?? clean(one.kind)}</span>{one.version ? ` in ${clean(one.version)}` : ""}: {clean(one.reason)}
              {one.otherSide ? <span class="block small muted">{clean(one.otherSide)}</span> : null}
            </li>
          ))}
        </ol>
      ) : (
        <Nothing>
          Nothing in this span that its past does not explain: {count(num(data.series))} signatures, pairs and rates are watched.
          {data.notes?.length ? " " + data.notes.map((note) => clean(note)).join("; ") + "." : ""}
        </Nothing>
      )}
    </Panel>
  );
}
