// Light or dark: what the system says, unless the reader chose.
import { useEffect, useState } from "preact/hooks";

const KEY = "faultline-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

const stored = (): string | null => { try { return localStorage.getItem(KEY); } catch { return null; } };
const current = (): "light" | "dark" => {
  const chosen = stored();
  return chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
};

export function applyTheme(): void { document.documentElement.dataset.theme = current(); }

export function toggleTheme(): void {
  try { localStorage.setItem(KEY, current() === "dark" ? "light" : "dark"); } catch { /* it holds for this page */ }
  applyTheme();
  dispatchEvent(new Event("theme"));
}

export function useTheme(): "light" | "dark" {
  const [theme, setTheme] = useState(current);
  useEffect(() => {
    const follow = () => { applyTheme(); setTheme(current()); };
    addEventListener("theme", follow);
    dark.addEventListener("change", follow);
    return () => { removeEventListener("theme", follow); dark.removeEventListener("change", follow); };
  }, []);
  return theme;
}

export const color = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
