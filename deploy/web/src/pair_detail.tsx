// One pair in full.
import { link } from "./address";
import { num, type CountAnswer, type CoverageAnswer, type Pair } from "./api";
import { Chart } from "./chart";
import { useHere } from "./context";
import { Figure, Panel, Shares } from "./pieces";
import { PairEnds, RaisedWords, SeeOne, lagWords } from "./pair_words";
import { clean, count, percent, times } from "./text";
import { duration, stepOf } from "./time";
import { raisedPart, trendsOf } from "./trend";
import { useAsk } from "./use_ask";

// Quartiles and median of "client minus server" on a line.
function Lag({ pair }: { pair: Pair }) {
  const low = pair.lagQuartileLowSeconds ?? 0;
  const high = pair.lagQuartileHighSeconds ?? 0;
  const median = pair.medianLagSeconds ?? 0;
  const from = Math.min(0, low) - 0.08 * (Math.max(0, high) - Math.min(0, low) || 1);
  const to = Math.max(0, high) + 0.08 * (Math.max(0, high) - Math.min(0, low) || 1);
  const x = (value: number) => `${(((value - from) / (to - from)) * 100).toFixed(2)}%`;
  return (
    <div class="lag">
      <svg width="100%" height="34" role="img" aria-label={`${lagWords(pair)}; half of them between ${duration(low)} and ${duration(high)}`}>
        <line x1="0" x2="100%" y1="17" y2="17" class="axis" />
        <line x1={x(0)} x2={x(0)} y1="4" y2="30" class="zero" />
        <rect x={x(low)} width={`${(((high - low) / (to - from)) * 100).toFixed(2)}%`} y="9" height="16" class="box" />
        <line x1={x(median)} x2={x(median)} y1="5" y2="29" class="median" />
      </svg>
      <p class="small">{lagWords(pair)} (median); half of them between {duration(low)} and {duration(high)} after it</p>
    </div>
  );
}

function Trend({ pair }: { pair: Pair }) {
  const { range, span, again } = useHere();
  const step = stepOf(span, 90);
  const asked = useAsk<CountAnswer>("CountEvents", { range, by: "signature", step: `${step}s`, filter: `signature = (${pair.client.signature} OR ${pair.server.signature})` }, again);
  if (!asked.data) return <p class="muted">{asked.error ? asked.error.message : "Loading…"}</p>;
  const trends = trendsOf(asked.data, span, step);
  const server = trends.of(pair.server.signature);
  return (
    <div aria-busy={asked.loading}>
      <p>The server failure: <RaisedWords raised={raisedPart(trends, pair.server.signature)} trends={trends} />.</p>
      <Chart label="Both failures over time" trends={trends} height={140}
        series={[{ name: "client", color: "client", counts: trends.of(pair.client.signature) }, { name: "server", color: "server", counts: server }]} />
    </div>
  );
}

function Rest({ pair }: { pair: Pair }) {
  const { range, again } = useHere();
  const asked = useAsk<CoverageAnswer>("GetCoverage", { range, filter: `signature = ${pair.client.signature}` }, again);
  const total = num(pair.together) + num(pair.clientOnly);
  return (
    <div aria-busy={asked.loading}>
      <Shares label="Client failures" parts={[{ name: "with this server failure", value: num(pair.together), class: "c-linked" }, { name: "without it", value: num(pair.clientOnly), class: "c-client" }]} />
      <p class="small">
        Of {count(total)} messages with this client failure, {count(num(pair.together))} ({percent(pair.explained ?? 0)}) have this server failure too and {count(num(pair.clientOnly))} do
        not; {count(num(pair.serverOnly))} have the server failure alone.
        {asked.data && num(asked.data.clientOnly) > 0 && <> {count(num(asked.data.clientOnly))} failed on the client only.</>}
      </p>
    </div>
  );
}

export function PairDetail({ pair }: { pair: Pair }) {
  return (
    <Panel title="One pair" class="detail" extra={<SeeOne pair={pair} class="button" />}>
      <PairEnds pair={pair} />
      <p class="summary">{clean(pair.summary)}</p>
      <div class="figures">
        <Figure value={count(num(pair.together))}>messages with both</Figure>
        <Figure value={(pair.expected ?? 0).toLocaleString("en-US", { maximumSignificantDigits: 3 })}>by chance alone</Figure>
        <Figure value={times(pair.lift ?? 0)}>chance, 95 % {count(pair.liftLow ?? 0)} to {count(pair.liftHigh ?? 0)}</Figure>
        <Figure value={percent(pair.explained ?? 0)}>of these client failures</Figure>
      </div>
      {!pair.significant && <p class="partial">Chance explains this pair: it is shown because you asked for every pair.</p>}
      <h3>Since when</h3>
      <Trend pair={pair} />
      <h3>Which is first</h3>
      <Lag pair={pair} />
      <h3>How much of it</h3>
      <Rest pair={pair} />
      <h3>Look from either side</h3>
      <ul class="plain">
        <li><a href={link("correlate", "", { client: `signature = ${pair.client.signature}` })}>Every server failure that goes with this client failure</a></li>
        <li><a href={link("correlate", "", { server: `signature = ${pair.server.signature}` })}>Every client failure that goes with this server failure</a></li>
        <li><a href={link("explain", "", { q: `signature = ${pair.server.signature}` })}>What is over-represented in this server failure</a></li>
      </ul>
    </Panel>
  );
}
