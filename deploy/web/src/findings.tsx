// What the detector noticed in the span.
import { link } from "./address";
import { num, type Completeness, type Num } from "./api";
import { useHere } from "./context";
import { Nothing, Panel, Side, SignatureLink, Title } from "./pieces";
import { clean, count } from "./text";
import { minute } from "./time";
import { useAsk, useHas } from "./use_ask";

interface Finding {
  kind?: string; series?: Record<string, string>; reason?: string; start?: string; end?: string; title?: string; side?: string; version?: string;
  otherSide?: string; otherSignature?: string;
}
interface Answer { findings?: Finding[]; totalSize?: number; series?: Num; detectedUpTo?: string; notes?: string[]; completeness?: Completeness }

const KINDS: Record<string, string> = { spike: "surges", new: "is new", silence: "went silent", regression: "is back", rate: "fails more often" };

function What({ one }: { one: Finding }) {
  const { signature, client, server } = one.series ?? {};
  if (signature) return <><Side side={one.side} /> <SignatureLink signature={signature} title={one.title} /></>;
  if (client && server) return <a class="signature-link" href={link("correlate", "", { pair: `${client}~${server}` })}><Title text={one.title} /></a>;
  return <>{Object.entries(one.series ?? {}).map(([name, value]) => <a class="chip" href={link("search", "", { q: `${name} = "${value}"` })}><b>{clean(name)}</b> {clean(value)}</a>)}</>;
}

export function Findings({ most, extra }: { most: number; extra?: (total: number) => preact.ComponentChildren }) {
  const { range, empty, again } = useHere();
  const has = useHas("ListFindings");
  const asked = useAsk<Answer>("ListFindings", has && !empty ? { range, pageSize: most } : null, again);
  if (!has) return null;
  const total = asked.data?.totalSize ?? 0;
  return (
    <Panel title="Noticed" asked={asked} extra={extra?.(total)}>
      {(data: Answer) => data.findings?.length ? (
        <ul class="plain findings">
          {data.findings.map((one) => (
            <li class={one.end ? "" : "open"}>
              <b>{minute(Date.parse(one.start ?? ""))}{one.end ? `–${minute(Date.parse(one.end))}` : " until now"}</b>{" "}
              <What one={one} /> <span class={`kind ${one.kind ?? ""}`}>{KINDS[one.kind ?? ""] ?? clean(one.kind)}</span>{one.version ? ` in ${clean(one.version)}` : ""}: {clean(one.reason)}
              {one.otherSide ? <span class="block small muted">{clean(one.otherSide)}</span> : null}
            </li>
          ))}
        </ul>
      ) : (
        <Nothing>
          Nothing in this span that its past does not explain: {count(num(data.series))} signatures, pairs and rates are watched.
          {data.notes?.length ? " " + data.notes.map((note) => clean(note)).join("; ") + "." : ""}
        </Nothing>
      )}
    </Panel>
  );
}
