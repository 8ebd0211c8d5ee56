// How long every view of the page takes on a store of yours, from the click to the last answer: first cold, then again.
// usage: node page_load.mjs BIN_FOLDER STORE [SPAN]      SPAN as in the address, e.g. last=1h (the default)
import { Demo, openBrowser, openPage, settled } from "./programs.mjs";

const [bin, store, span = "last=1h"] = process.argv.slice(2);
const demo = new Demo(bin, "");
const { url } = await demo.serveStore(store);
const browser = await openBrowser();

const ask = async (method, request) => (await fetch(`${url}faultline.v1.FailureQueryService/${method}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(request) })).json();

async function seconds(page, address) {
  await page.goto("about:blank");
  const started = performance.now();
  await page.goto(url + address);
  await settled(page);
  return (performance.now() - started) / 1000;
}

try {
  const { store: stored } = await ask("GetStatus", {});
  const until = Date.parse(stored.lastTime);
  const range = { start: new Date(until - 3_600_000).toISOString(), end: new Date(until).toISOString() };
  const { signatures: [{ signature }] } = await ask("ListSignatures", { range, filter: "side = CLIENT", pageSize: 1 });
  const { events = [] } = await ask("SearchEvents", { range, filter: `signature = ${signature}`, pageSize: 1 });
  const id = events[0]?.ids?.[0]?.value ?? "";
  const views = { now: "now", findings: "findings", correlate: "correlate", signatures: "signatures", signature: `signature/${signature}`, journey: `journey/${id}`,
    search: "search", explain: `explain?q=${encodeURIComponent(`signature = ${signature}`)}`, health: "health" };
  const page = await openPage(browser, `${url}#/health`);
  console.log(`${Number(stored.events).toLocaleString("en-US")} events, ${span}\nview        first s  again s`);
  for (const [name, path] of Object.entries(views)) {
    const address = `#/${path}${path.includes("?") ? "&" : "?"}${span}`;
    const [first, again] = [await seconds(page, address), await seconds(page, address)];
    console.log(`${name.padEnd(10)} ${first.toFixed(2).padStart(8)} ${again.toFixed(2).padStart(8)}`);
  }
} finally {
  await browser.close();
  demo.close();
}
