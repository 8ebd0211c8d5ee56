// Client signatures by server signatures.
import { change } from "./address";
import { num, type Pair } from "./api";
import { SignatureLink, Side } from "./pieces";
import { pairKey } from "./pair_words";
import { count, percent } from "./text";

const MOST = 20;

export function Matrix({ pairs, chosen }: { pairs: Pair[]; chosen?: string }) {
  const clients = [...new Map(pairs.map((pair) => [pair.client.signature, pair.client])).values()].slice(0, MOST);
  const servers = [...new Map(pairs.map((pair) => [pair.server.signature, pair.server])).values()].slice(0, MOST);
  const cells = new Map(pairs.map((pair) => [pairKey(pair), pair]));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Matrix of pairs">
      <table class="matrix">
        <thead>
          <tr><th scope="col">Client ↓ Server →</th>{servers.map((server) => <th scope="col"><Side side="SERVER" service={server.service} /><SignatureLink {...server} /></th>)}</tr>
        </thead>
        <tbody>
          {clients.map((client) => (
            <tr>
              <th scope="row"><Side side="CLIENT" service={client.service} /><SignatureLink {...client} /></th>
              {servers.map((server) => {
                const pair = cells.get(`${client.signature}~${server.signature}`);
                if (!pair) return <td class="none"><span class="hidden">never together</span></td>;
                const strength = Math.min(1, Math.max(0.08, pair.explained ?? 0));
                return (
                  <td>
                    <button class={pair.significant ? "cell" : "cell chance"} style={{ "--strength": `${Math.round(strength * 45)}%` } as never} aria-pressed={pairKey(pair) === chosen} title={pair.summary} onClick={() => change({ pair: pairKey(pair) })}>
                      <b>{percent(pair.explained ?? 0)}</b><span>{count(num(pair.together))}</span>
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="muted small">Each cell: the share of the client failures that the server failure accompanies, and how many. A thin frame: chance explains it. Hatched: never in one message.</p>
    </div>
  );
}
