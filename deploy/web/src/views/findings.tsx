// Everything that the detector noticed in the span.
import { Findings } from "../findings";
import { Nothing } from "../pieces";
import { useHas } from "../use_ask";
import { count } from "../text";

const SHOWN = 200;

export function FindingsView() {
  const has = useHas("ListFindings");
  return (
    <>
      <h1 class="hidden">Findings</h1>
      {has ? <Findings most={SHOWN} extra={(total) => <span class="muted small">{total > SHOWN ? `the last ${SHOWN} of ${count(total)}` : count(total)}</span>} />
        : <Nothing>This server does not detect.</Nothing>}
    </>
  );
}
