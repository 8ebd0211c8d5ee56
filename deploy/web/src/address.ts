// The address of a view: #/VIEW/ARGUMENT?name=value. All that a view shows follows from it, so that it
// can be shared.
import { useEffect, useState } from "preact/hooks";

export interface Address { view: string; argument: string; params: Record<string, string> }

export function parseAddress(hash: string): Address {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2) as [string, string?];
  const [view = "", ...rest] = path.split("/");
  const decoded = (text: string) => { try { return decodeURIComponent(text); } catch { return text; } };
  return { view: view || "now", argument: decoded(rest.join("/")), params: Object.fromEntries(new URLSearchParams(query)) };
}

// Parameters that hold in every view.
const KEPT = ["from", "to", "last"];

// The address of another view, in the same span of time.
export function link(view: string, argument = "", params: Record<string, string | undefined> = {}): string {
  const here = parseAddress(location.hash).params;
  const query = new URLSearchParams();
  for (const name of KEPT) if (here[name] && !(name in params)) query.set(name, here[name]);
  for (const [name, value] of Object.entries(params)) if (value) query.set(name, value);
  const text = query.toString();
  return `#/${view}${argument ? "/" + encodeURIComponent(argument) : ""}${text ? "?" + text : ""}`;
}

// The same view with some parameters changed; undefined takes one away.
export function change(params: Record<string, string | undefined>): void {
  const here = parseAddress(location.hash);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...here.params, ...params })) if (value) query.set(name, value);
  const text = query.toString();
  location.hash = `#/${here.view}${here.argument ? "/" + encodeURIComponent(here.argument) : ""}${text ? "?" + text : ""}`;
}

export function useAddress(): Address {
  const [address, setAddress] = useState(() => parseAddress(location.hash));
  useEffect(() => {
    const follow = () => setAddress(parseAddress(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return address;
}
