// Asks a method and keeps the last answer on the page while the next is on its way.
import { useEffect, useRef, useState } from "preact/hooks";
import { CallError, call, knownMethods } from "./api";

// Whether the server has a method; false until that is known.
export function useHas(method: string): boolean {
  const [has, setHas] = useState(false);
  useEffect(() => { void knownMethods().then((names) => setHas(names.has(method))); }, [method]);
  return has;
}

export interface Asked<T> { data?: T; error?: CallError; loading: boolean; seconds?: number }

// `request` null asks nothing. A new request ends the one before.
export function useAsk<T>(method: string, request: object | null, again = ""): Asked<T> {
  const [state, setState] = useState<Asked<T>>({ loading: request !== null });
  const key = request === null ? "" : method + JSON.stringify(request);
  const shown = useRef("");
  useEffect(() => {
    if (request === null) {
      setState({ loading: false });
      return;
    }
    const abort = new AbortController();
    const started = performance.now();
    setState((old) => ({ data: old.data, loading: true }));
    call<T>(method, request, abort.signal).then(
      (data) => {
        shown.current = key;
        setState({ data, loading: false, seconds: (performance.now() - started) / 1000 });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setState({ error: error instanceof CallError ? error : new CallError("internal", String(error)), loading: false });
      },
    );
    return () => abort.abort();
  }, [key, again]);
  return state;
}
