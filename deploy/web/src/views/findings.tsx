// Everything that the detector noticed in the span.
import { Findings, useFindings } from "../findings";
import { Nothing } from "../pieces";
import { count } from "../text";

const SHOWN = 200;

export function FindingsView() {
  const findings = useFindings(SHOWN);
  return (
    <>
      <h1 class="hidden">Findings</h1>
      {findings ? <Findings asked={findings} extra={(total) => <span class="muted small">{total > SHOWN ? `the last ${SHOWN} of ${count(total)}` : count(total)}</span>} />
        : <Nothing>This server does not detect.</Nothing>}
    </>
  );
}
