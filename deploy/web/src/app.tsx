// The frame around every view: names of the views, the span of time, and how far the answers are complete.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { link, useAddress } from "./address";
import type { StatusAnswer } from "./api";
import { HereContext } from "./context";
import { Freshness } from "./freshness";
import { SpanPicker } from "./span_picker";
import { toggleTheme, useTheme } from "./theme";
import { rangeOf, spanOf } from "./time";
import { useAsk } from "./use_ask";
import { Correlate } from "./views/correlate";
import { Explain } from "./views/explain";
import { FindingsView } from "./views/findings";
import { Health } from "./views/health";
import { Journey } from "./views/journey";
import { Now } from "./views/now";
import { Search } from "./views/search";
import { SignatureView } from "./views/signature";
import { Signatures } from "./views/signatures";
import { Failure } from "./pieces";

const VIEWS: [string, string][] = [["now", "Now"], ["findings", "Findings"], ["correlate", "Correlate"], ["signatures", "Signatures"], ["journey", "Journey"], ["search", "Search"],
  ["explain", "Explain"], ["health", "Health"]];

const REFRESH_MS = 15000;

function View({ name }: { name: string }) {
  switch (name) {
    case "now": return <Now />;
    case "findings": return <FindingsView />;
    case "correlate": return <Correlate />;
    case "signatures": return <Signatures />;
    case "signature": return <SignatureView />;
    case "journey": return <Journey />;
    case "search": return <Search />;
    case "explain": return <Explain />;
    case "health": return <Health />;
    default: return <Failure title={`There is no view called “${name}”.`} next={<a href={link("now")}>Go to Now</a>} />;
  }
}

export function App() {
  const address = useAddress();
  const theme = useTheme();
  const [again, setAgain] = useState(0);
  const [wanted, setWanted] = useState(0);
  const [now, setNow] = useState(Date.now);
  const status = useAsk<StatusAnswer>("GetStatus", {}, String(again));
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    const timer = setInterval(() => document.hidden || setAgain((n) => n + 1), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    const title = VIEWS.find(([name]) => name === address.view)?.[1] ?? "Signature";
    document.title = `${title}${address.argument ? " " + address.argument.slice(0, 40) : ""} · faultline`;
    scrollTo(0, 0);
  }, [address.view, address.argument]);
  const store = status.data?.store;
  const first = Date.parse(store?.firstTime ?? "");
  const last = Date.parse(store?.lastTime ?? "");
  const params = JSON.stringify(address.params);
  // "Now" moves on only when there is something new, so that nothing is asked twice.
  useEffect(() => setNow(Date.now()), [store?.events, params]);
  const span = useMemo(() => spanOf(address.params, first <= last ? { start: first, end: last } : undefined, now), [params, first, last, now]);
  const empty = status.data !== undefined && !(first <= last);
  const here = { address, span, range: rangeOf(span), status: status.data, empty, again: `${wanted} ${store?.events ?? 0} ${status.data?.completeness?.completeUpTo ?? ""}` };
  return (
    <HereContext.Provider value={here}>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>Skip to the content</a>
      <header class="bar">
        <a class="brand" href={link("now")}><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M1 10h4l2-7 3 10 2-6h3" /></svg>faultline</a>
        <nav aria-label="Views">
          {VIEWS.map(([name, title]) => (
            <a href={link(name)} aria-current={address.view === name || (name === "signatures" && address.view === "signature") ? "page" : undefined}>{title}</a>
          ))}
        </nav>
        <button class="quiet" onClick={toggleTheme} aria-label={theme === "dark" ? "Light colours" : "Dark colours"}>{theme === "dark" ? "☀" : "☾"}</button>
      </header>
      <div class="strip">
        <SpanPicker />
        <Freshness asked={status} onAgain={() => { setNow(Date.now()); setAgain((n) => n + 1); setWanted((n) => n + 1); }} />
      </div>
      <main id="main" ref={main} tabIndex={-1}>
        {status.data === undefined && status.error ? <Failure title={status.error.message} /> : status.data === undefined ? <p class="muted">Loading…</p> : <View name={address.view} />}
      </main>
    </HereContext.Provider>
  );
}
