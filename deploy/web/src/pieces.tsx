// What several views are made of.
import type { ComponentChildren } from "preact";
import type { Completeness } from "./api";
import { link } from "./address";
import type { Asked } from "./use_ask";
import { clean } from "./text";

export function Failure({ title, next }: { title: string; next?: ComponentChildren }) {
  return <div class="failure" role="alert"><p>{clean(title)}</p>{next && <p>{next}</p>}</div>;
}

export function Nothing({ children }: { children: ComponentChildren }) {
  return <p class="nothing">{children}</p>;
}

// A part of a view that rests on one answer: it says when there is none, and when it is partial.
export function Panel<T extends { completeness?: Completeness }>(
  { title, asked, children, extra, class: name = "" }: {
    title: ComponentChildren; asked?: Asked<T>; extra?: ComponentChildren; class?: string; children: ((data: T) => ComponentChildren) | ComponentChildren;
  }) {
  const data = asked?.data;
  return (
    <section class={`panel ${name}`} aria-busy={asked?.loading}>
      <header><h2>{title}</h2>{extra}</header>
      {data?.completeness?.partial && <p class="partial">Partial: {data.completeness.partialReason}</p>}
      {asked === undefined || typeof children !== "function" ? (children as ComponentChildren)
        : asked.error ? <Failure title={asked.error.message} /> : data ? children(data) : <p class="muted">Loading…</p>}
    </section>
  );
}

export const sideClass = (side: string | undefined): string => (side === "CLIENT" ? "client" : side === "SERVER" ? "server" : "other");

export function Side({ side, service }: { side?: string; service?: string }) {
  const name = side === "CLIENT" ? "client" : side === "SERVER" ? "server" : side ? side.toLowerCase() : "no side";
  return <span class={`side ${sideClass(side)}`}>{name}{service ? <b>{clean(service)}</b> : null}</span>;
}

// The template of a signature: what varied is shown as a mark.
export function Title({ text }: { text?: string }) {
  const parts = clean(text).split("<*>");
  return <span class="template">{parts.map((part, i) => <>{i > 0 && <i title="varies">…</i>}{part}</>)}</span>;
}

export function SignatureLink({ signature, title, exemplar }: { signature: string; title?: string; exemplar?: string }) {
  return <a class="signature-link" href={link("signature", signature)} title={clean(exemplar)}><Title text={title || exemplar || signature} /></a>;
}

// Shares of one whole, which sum to it.
export function Shares({ parts, label }: { label: string; parts: { name: string; value: number; class: string; title?: string }[] }) {
  const total = parts.reduce((sum, part) => sum + part.value, 0);
  if (total === 0) return null;
  return (
    <div class="shares" role="img" aria-label={`${label}: ${parts.map((part) => `${part.name} ${part.value}`).join(", ")}`}>
      {parts.filter((part) => part.value > 0).map((part) => (
        <span class={part.class} style={{ flexGrow: part.value }} title={`${part.name}: ${part.value.toLocaleString("en-US")} of ${total.toLocaleString("en-US")}`} />
      ))}
    </div>
  );
}

// A number with its name.
export function Figure({ value, children }: { value: ComponentChildren; children: ComponentChildren }) {
  return <div class="figure"><strong>{value}</strong><span>{children}</span></div>;
}
