// What every view knows: its address, and the span of time that it is about.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Address } from "./address";
import type { StatusAnswer } from "./api";
import type { Span } from "./time";

export interface Here { address: Address; span: Span; range: { start: string; end: string }; status?: StatusAnswer; empty: boolean;
  // Changes when there is something new to ask for: events came, or the reader wants to know.
  again: string }

export const HereContext = createContext<Here | null>(null);
export const useHere = (): Here => useContext(HereContext)!;
