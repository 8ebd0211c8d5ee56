// Counts over time: lines by series; drag to choose a span, or use the table below with the keyboard.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { change } from "./address";
import { count } from "./text";
import { color, useTheme } from "./theme";
import { clock, dayAndClock, day, minute } from "./time";
import type { Trends } from "./trend";

// A moment that is marked, by a line with its label on top; `words` say in the table what it is.
export interface Mark { at: number; label?: string; words?: string }  // milliseconds since 1970

export interface Series { name: string; color: string; counts: number[] }

// Seconds between ticks.
const INCREMENTS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000];

const ticks = (_: uPlot, values: number[]): string[] => {
  const days = values.length > 1 && values[values.length - 1]! - values[0]! > 86400;
  const seconds = values.length > 1 && values[1]! - values[0]! < 60;
  return values.map((v) => (days ? day(v * 1000).slice(5) + " " + minute(v * 1000) : seconds ? clock(v * 1000) : minute(v * 1000)));
};

// Moments that fall on one place of the drawing share a line.
function marksByPlace(plot: uPlot, marks: Mark[]): Map<number, string> {
  const places = new Map<number, string>();
  for (const { at, label = "" } of marks) {
    const x = Math.round(plot.valToPos(at / 1000, "x", true));
    if (x < plot.bbox.left || x > plot.bbox.left + plot.bbox.width) continue;
    places.set(x, [places.get(x), label].filter(Boolean).join(", "));
  }
  return places;
}

function drawMark(plot: uPlot, x: number, label: string) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = color("text");
  ctx.setLineDash([4, 3]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = "top";
  ctx.fillText(label, x + 3 * devicePixelRatio, bbox.top);
  ctx.restore();
}

function options(series: Series[], width: number, height: number, step: number, marks: Mark[], onHover: (index: number | null) => void): uPlot.Options {
  const axis = { stroke: color("muted"), grid: { stroke: color("line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
  return {
    width, height,
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 7 }, y: false },
    padding: [8, 28, 0, 0],
    scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(1, max * 1.08)] } },
    axes: [{ ...axis, values: ticks, space: 64, size: 28, incrs: INCREMENTS }, { ...axis, size: 48, values: (_, values) => values.map((v) => (Number.isInteger(v) ? count(v) : "")) }],
    series: [{}, ...series.map((one) => ({
      label: one.name, stroke: color(one.color), width: 2, fill: color(one.color) + "22", points: { show: false }, paths: uPlot.paths.stepped!({ align: 1 }),
    }))],
    hooks: {
      setCursor: [(plot) => onHover(plot.cursor.idx ?? null)],
      setSelect: [(plot) => {
        if (plot.select.width < 4) return;
        const from = Math.floor(plot.posToVal(plot.select.left, "x") / step) * step;
        const to = Math.ceil(plot.posToVal(plot.select.left + plot.select.width, "x") / step) * step;
        change({ last: undefined, from: new Date(from * 1000).toISOString(), to: new Date(to * 1000).toISOString() });
      }],
      draw: [(plot) => marksByPlace(plot, marks).forEach((labels, x) => drawMark(plot, x, labels))],
    },
  };
}

export function Chart({ trends, series, label, height = 200, marks = [] }: {
  trends: Trends; series: Series[]; label: string; height?: number; marks?: Mark[];
}) {
  const { starts, step, open } = trends;
  const box = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<number | null>(null);
  const theme = useTheme();
  const key = JSON.stringify([starts[0], starts.length, series, marks, theme]);
  useEffect(() => {
    if (!box.current) return;
    const element = box.current;
    const drawn = open ? starts.length - 1 : starts.length;
    // Steps need an end: the last count is drawn to where its bucket ends.
    const data: uPlot.AlignedData = [[...starts.slice(0, drawn), starts[0]! + drawn * step * 1000].map((ms) => ms / 1000),
      ...series.map((one) => [...one.counts.slice(0, drawn), one.counts[drawn - 1] ?? 0])];
    const plot = new uPlot(options(series, element.clientWidth, height, step, marks, setHover), data, element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => { observer.disconnect(); plot.destroy(); };
  }, [key, height]);
  const total = (one: Series) => one.counts.reduce((sum, n) => sum + n, 0);
  const wordsIn = (i: number) => marks.filter((mark) => mark.words && mark.at >= starts[i]! && mark.at < starts[i]! + step * 1000);
  const noted = marks.some((mark) => mark.words);
  const at = hover !== null && starts[hover] !== undefined ? hover : null;
  return (
    <figure class="chart">
      <figcaption>
        {series.map((one) => (
          <span class="key"><i style={{ background: `var(--${one.color})` }} />{one.name} <b>{count(at === null ? total(one) : one.counts[at] ?? 0)}</b></span>
        ))}
        <span class="muted">{at === null ? "drag to zoom" : `at ${dayAndClock(starts[at]!)}`}</span>
      </figcaption>
      <div ref={box} role="img" aria-label={`${label}: ${series.map((one) => `${one.name} ${total(one)} in all`).join(", ")}`} />
      <details class="as-table">
        <summary>As a table</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label={`${label} as a table`}>
          <table>
            <thead><tr><th>From</th>{series.map((one) => <th class="number">{one.name}</th>)}{noted && <th>Noticed</th>}<th /></tr></thead>
            <tbody>
              {starts.map((ms, i) => (
                <tr>
                  <td>{dayAndClock(ms)}</td>{series.map((one) => <td class="number">{count(one.counts[i] ?? 0)}{open && i === starts.length - 1 ? " so far" : ""}</td>)}
                  {noted && <td>{wordsIn(i).map((mark) => <span class="block">{mark.label} {mark.words}</span>)}</td>}
                  <td><button class="link" onClick={() => change({ last: undefined, from: new Date(ms).toISOString(), to: new Date(ms + step * 1000).toISOString() })}>Zoom in</button></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

// A small trend without axes.
export function Spark({ counts: all, open, color: name, label }: { counts: number[]; open?: boolean; color: string; label: string }) {
  const counts = open ? all.slice(0, -1) : all;
  const most = Math.max(1, ...counts);
  const width = 120;
  const height = 28;
  const step = width / Math.max(1, counts.length);
  const points = counts.map((n, i) => `${(i * step).toFixed(1)},${(height - 1 - (n / most) * (height - 3)).toFixed(1)} ${((i + 1) * step).toFixed(1)},${(height - 1 - (n / most) * (height - 3)).toFixed(1)}`);
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={`${label}: at most ${count(most)} at once`}>
      <polygon points={`0,${height} ${points.join(" ")} ${width},${height}`} style={{ fill: `var(--${name})`, opacity: 0.18 }} />
      <polyline points={points.join(" ")} style={{ stroke: `var(--${name})`, fill: "none", strokeWidth: 1.5 }} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
