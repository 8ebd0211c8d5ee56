// What fails, since when, and what goes with it.
import { link } from "../address";
import { num, type CorrelateAnswer, type CountAnswer, type CoverageAnswer, type ExplainAnswer, type Pair } from "../api";
import { Chart } from "../chart";
import { useHere } from "../context";
import { CoverageBar } from "../coverage_bar";
import { Findings, marksOf, useFindings, type Finding } from "../findings";
import { Nothing, Panel } from "../pieces";
import { PairEnds, PairNumbers, PairShare, RaisedWords, SeeOne, pairKey } from "../pair_words";
import { Spark } from "../chart";
import { count, percent } from "../text";
import { stepOf } from "../time";
import { raisedPart, trendsOf, type Trends } from "../trend";
import { useAsk } from "../use_ask";
import { RisingList } from "../rising_list";

const TOP = 5;
// Findings that are listed, which are those that the chart marks.
const NOTICED = 4;

function FailuresOverTime({ findings }: { findings?: Finding[] }) {
  const { range, span, empty, again } = useHere();
  const step = stepOf(span);
  const asked = useAsk<CountAnswer>("CountEvents", empty ? null : { range, by: "side", step: `${step}s` }, again);
  return (
    <Panel title="Failures over time" asked={asked}>
      {(data: CountAnswer) => {
        const trends = trendsOf(data, span, step);
        if (num(data.total) === 0) return <Nothing>No failure in this span. Choose a longer one above.</Nothing>;
        const named: [string, string, string][] = [["CLIENT", "on clients", "client"], ["SERVER", "on servers", "server"], ["NETWORK", "on the network", "other"], ["USER", "reported by users", "bad"], ["UNSPECIFIED", "of no known side", "muted"], ["", "of no known side", "muted"]];
        const present = new Set((data.rows ?? []).map((row) => row.value ?? ""));
        return (
          <Chart label="Failures over time" trends={trends} height={210} marks={marksOf(findings)}
            series={named.filter(([side]) => present.has(side)).map(([side, name, color]) => ({ name, color, counts: trends.of(side) }))} />
        );
      }}
    </Panel>
  );
}

export function PairCard({ pair, trends, rank }: { pair: Pair; trends?: Trends; rank: number }) {
  const counts = trends?.of(pair.server.signature);
  return (
    <li class="pair-card">
      <span class="rank">{rank}</span>
      <div><PairEnds pair={pair} /><PairNumbers pair={pair} /></div>
      <div class="pair-when">
        {counts && trends && <><Spark counts={counts} open={trends.open} color="server" label="The server failure over time" /><RaisedWords raised={raisedPart(trends, pair.server.signature)} trends={trends} /></>}
      </div>
      <div>
        <PairShare pair={pair} />
        <div class="actions">
          <SeeOne pair={pair} class="button" />
          <a href={link("correlate", "", { pair: pairKey(pair) })}>All numbers</a>
        </div>
      </div>
    </li>
  );
}

export function useServerTrends(pairs: Pair[] | undefined): Trends | undefined {
  const { range, span, again } = useHere();
  // Fine enough to name the minute in which something rose, for spans of up to four hours.
  const step = Math.max(60, stepOf(span, 240));
  const signatures = [...new Set((pairs ?? []).map((pair) => pair.server.signature))];
  const asked = useAsk<CountAnswer>("CountEvents", signatures.length ? { range, by: "signature", step: `${step}s`, limit: 1000, filter: `signature = (${signatures.join(" OR ")})` } : null, again);
  return asked.data && trendsOf(asked.data, span, step);
}

// Of the attempts, where records of attempts say how many there were.
function FailureRate() {
  const { range, status, again } = useHere();
  const asked = useAsk<ExplainAnswer>("ExplainDifference", !num(status?.totals?.attempts) ? null : { range, measure: "MEASURE_ATTEMPTS", limit: 1 }, again);
  const { failures = 0, attempts = 0 } = asked.data?.totals ?? {};
  if (!attempts || asked.error) return null;
  return <span class="small" title={`${count(failures)} of ${count(attempts)} attempts`}><b>{percent(failures / attempts)}</b> of {count(attempts)} attempts failed</span>;
}

function GoesTogether() {
  const { range, empty, again } = useHere();
  const asked = useAsk<CorrelateAnswer>("Correlate", empty ? null : { range, pageSize: TOP }, again);
  const trends = useServerTrends(asked.data?.pairs);
  const more = num(asked.data?.totals?.significantPairs) - TOP;
  return (
    <Panel title="Server failures that go with client failures" asked={asked}
      extra={more > 0 ? <a href={link("correlate")}>{more} more →</a> : undefined}>
      {(data: CorrelateAnswer) => data.pairs?.length ? (
        <ol class="pairs">{data.pairs.map((pair, i) => <PairCard pair={pair} trends={trends} rank={i + 1} />)}</ol>
      ) : (
        <Nothing>
          No pair of a client and a server failure goes together more than chance explains: {count(num(data.totals?.clientUnits))} messages failed on
          clients, {count(num(data.totals?.serverUnits))} on servers, {count(num(data.totals?.linkedUnits))} on both.
        </Nothing>
      )}
    </Panel>
  );
}

export function Now() {
  const { range, empty, again } = useHere();
  const coverage = useAsk<CoverageAnswer>("GetCoverage", empty ? null : { range }, again);
  const findings = useFindings(NOTICED);
  if (empty) {
    return (
      <section class="panel welcome">
        <h1>Nothing is stored yet</h1>
        <p>Give faultlined a source (<code>kafka.brokers</code> and <code>kafka.topics</code>, or <code>files.paths</code>), or load files:</p>
        <pre>faultline load --store STORE client.log server.log</pre>
        <p><a href={link("health")}>Health</a> shows what is read.</p>
      </section>
    );
  }
  return (
    <>
      <h1 class="hidden">Now</h1>
      <div class="columns">
        <FailuresOverTime findings={findings?.data?.findings} />
        <Panel title="Where failing messages went" asked={coverage} extra={<FailureRate />}>{(data: CoverageAnswer) => <CoverageBar data={data} />}</Panel>
      </div>
      {findings && <Findings asked={findings} extra={(total) => total > NOTICED ? <a href={link("findings")}>{total - NOTICED} more →</a> : undefined} />}
      <GoesTogether />
      <RisingList />
    </>
  );
}
