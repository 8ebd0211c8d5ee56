// Makes the pictures of docs/tour.md from the demo: views of the dashboard as PNG, the terminal as SVG.
//   tests/browser/npm_test.sh build/tests/browser/node tour_pictures.mjs build/bin deploy/rules docs/pictures
// usage: node tour_pictures.mjs BIN_FOLDER RULES FOLDER
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BROWSERS, Demo, ensureFolder, openBrowser, openPage, settled } from "./programs.mjs";

const LARGEST = 150_000; // bytes of one picture
const [bin, rules, folder] = process.argv.slice(2);
if (!BROWSERS.some(existsSync)) {
  console.log("skipped: chromium is not installed");
  process.exit(77);
}
ensureFolder(folder);

// A long line as a terminal of 118 columns breaks it, between words and with its indent.
function wrapped(line) {
  const lines = [];
  const indent = /^ */.exec(line)[0];
  while (line.length > 118) {
    const at = Math.max(line.lastIndexOf(" ", 118), indent.length + 1);
    lines.push(line.slice(0, at));
    line = indent + line.slice(at + 1);
  }
  return [...lines, line];
}

// What a terminal of 118 columns shows, as a picture of text that can be searched.
function terminal(name, command, text) {
  const escape = (line) => line.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const lines = [`$ ${command}`, ...text.trimEnd().split("\n").flatMap(wrapped)];
  const height = 24 + lines.length * 18;
  const rows = lines.map((line, i) => `<text x="14" y="${30 + i * 18}" fill="${i ? "#d7dde4" : "#8fd19e"}" xml:space="preserve">${escape(line)}</text>`);
  writeFileSync(join(folder, `${name}.svg`), `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 ${height}" width="1000" height="${height}" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13.5">
<title>${escape(command)}</title>
<rect width="1000" height="${height}" rx="6" fill="#14181d"/>
${rows.join("\n")}
</svg>
`);
}

const demo = new Demo(bin, rules);
const store = join(demo.folder, "store");
const logs = join(demo.folder, "logs");
demo.faultline("sample", "--seed", "1", "--minutes", "30", "--start", "2025-11-24T10:00:00Z", "--out", logs);
demo.faultline("load", "--store", store, "--rules", rules,
  ...["client.ndjson", "server.ndjson", "attempts.ndjson", "push.syslog", "edge-error.log"].map((name) => join(logs, name)));
const say = (...args) => demo.faultline(...args, "--store", store, "-o", "table").replaceAll(store, "demo");
const [pair] = demo.rows("correlate", "--limit", "1");
terminal("correlate", "faultline correlate --store demo -n 2", say("correlate", "-n", "2"));
terminal("journey", `faultline journey ${pair.exemplarId.value} --store demo`, say("journey", pair.exemplarId.value));
terminal("coverage", "faultline coverage --store demo", say("coverage"));

const { url } = await demo.serve("store");
const browser = await openBrowser();
const VIEWS = {
  now: "#/now",
  correlate: "#/correlate",
  journey: `#/journey/${pair.exemplarId.value}`,
  explain: `#/explain?q=signature%20%3D%20${pair.server.signature}`,
};
const page = await openPage(browser, url, { width: 1040, height: 660 });
for (const [name, address] of Object.entries(VIEWS)) {
  await page.goto(url + address);
  await settled(page);
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, animations: "disabled" });
  if (statSync(path).size > LARGEST) throw new Error(`${path} has ${statSync(path).size} bytes; at most ${LARGEST}`);
}
await browser.close();
demo.close();
console.log(`pictures are in ${folder}`);
process.exit(0);
