// The client failures of the span, those that rose first.
import { link } from "./address";
import { num, type Completeness, type CountAnswer, type Signature } from "./api";
import { Spark } from "./chart";
import { useHere } from "./context";
import { Nothing, Panel, SignatureLink } from "./pieces";
import { RaisedWords } from "./pair_words";
import { count } from "./text";
import { stepOf } from "./time";
import { raisedPart, trendsOf } from "./trend";
import { useAsk } from "./use_ask";

const SHOWN = 6;

export function RisingList() {
  const { range, span, again } = useHere();
  const step = stepOf(span, 60);
  const filter = "side = CLIENT";
  const listed = useAsk<{ signatures?: Signature[]; completeness?: Completeness }>("ListSignatures", { range, filter, pageSize: 100 }, again);
  const counted = useAsk<CountAnswer>("CountEvents", { range, filter, by: "signature", step: `${step}s`, limit: 100 }, again);
  const trends = counted.data && trendsOf(counted.data, span, step);
  return (
    <Panel title="What clients report" asked={listed} extra={<a href={link("signatures", "", { q: filter })}>All</a>}>
      {(data: { signatures?: Signature[] }) => {
        const rows = (data.signatures ?? []).map((one) => ({ one, counts: trends?.of(one.signature) ?? [], raised: trends && raisedPart(trends, one.signature) }));
        const rise = (row: typeof rows[number]) => (row.raised ? row.raised.raised - row.raised.usual : 0);
        rows.sort((a, b) => rise(b) - rise(a) || num(b.one.lines) - num(a.one.lines));
        if (!rows.length) return <Nothing>No client reports a failure in this span.</Nothing>;
        return (
          <ul class="rising">
            {rows.slice(0, SHOWN).map(({ one, counts, raised }) => (
              <li>
                <SignatureLink {...one} />
                <Spark counts={counts} open={trends?.open} color="client" label="Over time" />
                <span class="small">{count(num(one.units))} messages, {trends && <RaisedWords raised={raised} trends={trends} />}</span>
              </li>
            ))}
          </ul>
        );
      }}
    </Panel>
  );
}
