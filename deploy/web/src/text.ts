// Numbers in words, and text from logs made safe to look at. (The page never makes markup of text.)

export const count = (value: number): string => Math.round(value).toLocaleString("en-US");
export const percent = (share: number): string => {
  const value = share * 100;
  if (value === 0 || value === 100) return `${value} %`;
  if (value > 99.9) return "> 99.9 %";
  if (value < 0.01) return "< 0.01 %";
  return `${value.toFixed(value < 1 ? 2 : 1)} %`;
};
export const times = (lift: number): string => `${lift >= 100 ? count(lift) : Number(lift.toPrecision(3))}×`;
export const bytes = (size: number): string => {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let at = 0;
  while (size >= 1000 && at < units.length - 1) { size /= 1000; ++at; }
  return `${Number(size.toPrecision(3))} ${units[at]}`;
};

// Control characters, and those that turn the direction of text, become visible.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
export const clean = (text: string | undefined): string => (text ?? "").replace(UNSEEN, "\u2423");

// As a value in a filter.
export const quoted = (value: string): string => `"${value.replace(/[\\"*]/g, "\\$&").replace(/\n/g, "\\n").replace(/\t/g, "\\t")}"`;
