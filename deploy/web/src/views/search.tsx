// Records by a filter.
import { useEffect, useState } from "preact/hooks";
import { change, link } from "../address";
import { num, type Completeness, type CountAnswer, type FaultEvent } from "../api";
import { Chart } from "../chart";
import { useHere } from "../context";
import { EventRow } from "../event_row";
import { FilterField } from "../filter_field";
import { Nothing, Panel } from "../pieces";
import { count } from "../text";
import { stepOf } from "../time";
import { trendsOf } from "../trend";
import { Tail } from "../tail";
import { useAsk, useHas } from "../use_ask";

interface Page { events?: FaultEvent[]; nextPageToken?: string; completeness?: Completeness }

const EXAMPLES = ["severity >= ERROR", 'side = CLIENT "timeout"', "code = (502 OR 503 OR 504)", "exception:*"];

export function Search() {
  const { range, span, address, empty, again } = useHere();
  const filter = address.params.q ?? "";
  const [size, setSize] = useState(50);
  const canFollow = useHas("TailEvents");
  const following = canFollow && address.params.follow === "1";
  useEffect(() => setSize(50), [filter]);
  const step = stepOf(span);
  const counted = useAsk<CountAnswer>("CountEvents", empty ? null : { range, filter, by: "side", step: `${step}s` }, again);
  const found = useAsk<Page>("SearchEvents", empty || following ? null : { range, filter, pageSize: size }, again);
  const trends = counted.data && trendsOf(counted.data, span, step);
  return (
    <>
      <h1>Search <small>records by a filter</small></h1>
      <div class="filters"><FilterField name="q" label="Filter" wide />
        {canFollow && <label class="check"><input type="checkbox" checked={following} onChange={(event) => change({ follow: event.currentTarget.checked ? "1" : undefined })} /> Follow</label>}
      </div>
      {!filter && <p class="muted small">For example {EXAMPLES.map((example) => <a class="chip" href={link("search", "", { q: example })}><code>{example}</code></a>)}</p>}
      {!found.error && trends && num(counted.data?.total) > 0 && (
        <Panel title={`${count(num(counted.data?.total))} records`} asked={counted}>
          <Chart label="Records over time" trends={trends} height={120} series={[{ name: "client", color: "client", counts: trends.of("CLIENT") }, { name: "server", color: "server", counts: trends.of("SERVER") }]} />
        </Panel>
      )}
      {following ? <Panel title="As they arrive, the latest first"><Tail filter={filter} /></Panel> : <Panel title="Latest first" asked={found}>
        {(data: Page) => data.events?.length ? (
          <>
            <ul class="events">{data.events.map((event) => <EventRow key={event.id} event={event} />)}</ul>
            {data.nextPageToken && size < 1000 && <button onClick={() => setSize(Math.min(1000, size * 4))}>Show more</button>}
            {data.nextPageToken && size >= 1000 && <p class="muted">These are the latest 1,000: make the filter or the span narrower to see others.</p>}
          </>
        ) : <Nothing>No record fits. Change the filter, or choose a longer span above.</Nothing>}
      </Panel>}
    </>
  );
}
