// The dashboard in a real browser, over the demo: the story by clicks alone, numbers against the command
// line's, every view in both colour schemes and both widths, accessibility, hostile text, errors.
// usage: node page_test.mjs BIN_FOLDER RULES SCREENSHOT_FOLDER
import assert from "node:assert/strict";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import test from "node:test";
import { BROWSERS, Demo, ensureFolder, openBrowser, openPage, settled } from "./programs.mjs";

const [bin, rules, pictures] = process.argv.slice(2);
if (!BROWSERS.some(existsSync)) {
  console.log("skipped: chromium is not installed");
  process.exit(77);
}
ensureFolder(pictures);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const demo = new Demo(bin, rules);
demo.load();
const { url, server } = await demo.serve("store");
const browser = await openBrowser();
test.after(async () => { await browser.close(); demo.close(); });

const planted = JSON.parse(readFileSync(join(demo.folder, "logs/planted.json"), "utf8")).pairs;
const pairs = demo.rows("correlate", "--limit", "0");
const mailbox = pairs.find((pair) => pair.server.service === "mailbox");
const number = (text) => Number(text.replace(/[^\d.]/g, ""));
const count = (value) => Number(value).toLocaleString("en-US");
const undone = new Set();  // decisions that the test of decisions is done with
const words = async (page, selector) => (await page.locator(selector).first().innerText()).replace(/\s+/g, " ");

test("from the spike to the server failure, its share, its first minute and a journey, by clicks alone", async () => {
  const page = await openPage(browser, url);
  // Drags over the raised part of the chart.
  const plot = await page.locator(".u-over").first().boundingBox();
  const at = (minute) => plot.x + (plot.width * minute) / 30;
  await page.mouse.move(at(11), plot.y + 60);
  await page.mouse.down();
  await page.mouse.move(at(16), plot.y + 60, { steps: 4 });
  await page.mouse.move(at(20), plot.y + 60, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction(() => location.hash.includes("from=2025-11-24T10%3A1"));
  await settled(page);
  const first = page.locator(".pair-card").first();
  assert.match(await first.innerText(), /mailbox/);
  await page.getByRole("button", { name: "All", exact: true }).click();
  await settled(page);
  const card = (await first.innerText()).replace(/\s+/g, " ");
  assert.ok(card.includes("write to mailbox shard … failed"), card);
  assert.ok(card.includes(`${(mailbox.explained * 100).toFixed(1)} % of these client failures (${count(mailbox.together)} of ${count(Number(mailbox.together) + Number(mailbox.clientOnly))})`), card);
  // The first minute, from the counts of the command line: the first above half of the highest.
  const [row] = demo.rows("count", "--by", "signature", "--step", "1m", `signature = ${mailbox.server.signature}`);
  const counts = row.counts.map(Number);
  const minute = counts.findIndex((n) => n > Math.max(...counts) / 2);
  await page.waitForFunction(() => /since \d/.test(document.querySelector(".pair-card").textContent));
  assert.match(await first.innerText(), new RegExp(`since 10:${String(minute).padStart(2, "0")}`));
  await first.getByRole("link", { name: "See one journey" }).click();
  await settled(page);
  const story = await words(page, ".story");
  assert.match(story, /^mailbox failed first: “write to mailbox shard \d+ failed: 2 of 3 replicas are gone”\. .* later app-\w+ reported: “message send failed: http 503/);
  const records = demo.rows("journey", mailbox.exemplarId.value);
  assert.equal(await page.locator(".event").count(), records.length);
  assert.deepEqual(page.complaints, []);
});

test("the pairs on the page are those of the command line", async () => {
  const page = await openPage(browser, url + "#/correlate");
  const shown = await page.locator(".pair-table tbody tr").evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText)));
  assert.equal(shown.length, pairs.length);
  assert.ok(pairs.length >= planted.length);
  pairs.forEach((pair, i) => {
    assert.equal(number(shown[i][2]), Number(pair.together));
    assert.equal(shown[i][3], `${(pair.explained * 100).toFixed(1)} %`);
    assert.equal(number(shown[i][4].split("\n")[0]), pair.lift >= 100 ? Math.round(pair.lift) : Number(pair.lift.toPrecision(3)));
  });
  assert.equal(await words(page, ".detail .summary"), pairs[0].summary.replace(/\s+/g, " "));
});

test("a click pivots both ways, and the address can be shared", async () => {
  const page = await openPage(browser, url + "#/correlate");
  await page.locator(".pair-table tbody tr").nth(1).click();
  await page.getByRole("link", { name: "Every client failure that goes with this server failure" }).click();
  await settled(page);
  const filter = await page.getByLabel("Server failures", { exact: true }).inputValue();
  assert.equal(filter, `signature = ${pairs[1].server.signature}`);
  const again = await openPage(browser, page.url());
  assert.equal(await again.locator("main").innerText(), await page.locator("main").innerText());
  await again.goBack();
});

test("coverage sums, and is that of the command line", async () => {
  const page = await openPage(browser, url);
  const parts = (await page.locator(".coverage .legend li b").allInnerTexts()).map(number);
  const total = number(await page.locator(".coverage strong").first().innerText());
  assert.equal(parts.reduce((sum, n) => sum + n, 0), total);
  const [said] = demo.rows("coverage");
  assert.deepEqual([total, ...parts], ["total", "linked", "clientOnly", "serverOnly", "ambiguous", "stillOpen"].map((name) => Number(said[name])));
});

const VIEWS = { now: "#/now", findings: "#/findings", correlate: "#/correlate", matrix: "#/correlate?as=matrix", signatures: "#/signatures", signature: `#/signature/${mailbox.server.signature}`,
  journey: `#/journey/${mailbox.exemplarId.value}`, search: "#/search?q=side%20%3D%20CLIENT", explain: `#/explain?q=signature%20%3D%20${mailbox.server.signature}`, health: "#/health" };

for (const look of [{ name: "light", scheme: "light" }, { name: "dark", scheme: "dark" }, { name: "narrow", scheme: "light", width: 400 }]) {
  test(`every view, ${look.name}: a picture, nothing serious for axe, nothing beside the page, a silent console`, async () => {
    const page = await openPage(browser, url, look);
    await page.evaluate(axe);
    for (const [name, address] of Object.entries(VIEWS)) {
      await page.goto(url + address);
      await settled(page);
      await page.screenshot({ path: join(pictures, `${name}-${look.name}.png`), fullPage: look.width === undefined });
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      assert.deepEqual(serious.map((one) => `${name}: ${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")}`), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than the window`);
    }
    assert.deepEqual(page.complaints, []);
  });
}

test("text of records is never markup", async () => {
  const page = await openPage(browser, url + "#/search?q=service%20%3D%20app-hostile");
  await page.locator(".event-head").click();
  await page.waitForSelector(".event-detail pre");
  const text = await page.locator(".event-detail pre").first().innerText();
  assert.ok(text.includes('<img src=x onerror="window.harmed=1"><script>'), text);
  assert.doesNotMatch(text, /[\u0000-\u0008\u001b\u202e]/);
  assert.equal(await page.evaluate(() => window.harmed), undefined);
  assert.deepEqual(page.complaints, []);
});

test("the keyboard alone completes a filter and opens a record", async () => {
  const page = await openPage(browser, url + "#/search");
  await page.getByRole("combobox", { name: "Filter" }).focus();
  await page.keyboard.type("serv");
  await page.waitForSelector('[role="option"]');
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.type("mail");
  // Those that fit all that was typed, not its beginning.
  await page.waitForFunction(() => [...document.querySelectorAll('[role="option"]')].map((option) => option.textContent).join() === "mailbox");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("input").value === "service = mailbox ");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.includes("mailbox"));
  await settled(page);
  await page.locator(".event-head").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector(".event-detail");
});

test("mistakes and absence are said in words", async () => {
  const page = await openPage(browser, url + "#/search?q=sevice%20%3D%20x");
  assert.match(await words(page, ".failure"), /sevice.*service/);
  await page.goto(url + "#/search?q=service%20%3D%20nobody");
  await settled(page);
  assert.match(await words(page, ".nothing"), /No record fits/);
  await page.goto(url + "#/journey/deadbeef");
  await settled(page);
  assert.match(await words(page, ".nothing"), /No failure carries the id deadbeef/);
  await page.goto(url + "#/signature/v1:0000000000000000");
  await settled(page).catch(() => {});
  assert.match(await words(page, ".failure"), /0000000000000000/);
  await page.goto(url + "#/elsewhere");
  assert.match(await words(page, ".failure"), /no view called/);
  await page.goto(url + "#/health");
  await settled(page);
  assert.match(await words(page, "main"), /json_malformed/);
});

test("records are shown as they arrive", async () => {
  const file = join(demo.folder, "live.ndjson");
  const line = (n) => JSON.stringify({ time: new Date().toISOString(), level: "error", side: "client", service: "app-live", message: `live number ${n}` }) + "\n";
  writeFileSync(file, line(1));
  const live = await demo.serve("live", "--set", `files.paths=${file}`);
  const page = await openPage(browser, live.url + "#/search?follow=1&q=service%20%3D%20app-live");
  await page.waitForSelector(".event >> text=live number 1");
  appendFileSync(file, line(2));
  await page.waitForSelector(".event >> text=live number 2");
  await page.getByLabel("Follow").uncheck();
  await settled(page);
  assert.equal(await page.locator(".event-head").count(), 2);
  await page.goto(live.url + "#/search?follow=1&q=sevice%20%3D%20x");
  await page.waitForFunction(() => /sevice/.test(document.querySelector(".failure")?.textContent ?? ""));
});

const methods = await (await fetch(`${url}methods/faultline.v1.FailureQueryService`)).json();

test("contradictions of the two sides are told", { skip: methods.includes("GetContradictions") ? false : "the server does not count them" }, async () => {
  const rulesFile = join(demo.folder, "success.yaml");
  const file = join(demo.folder, "contradicting.ndjson");
  writeFileSync(rulesFile, "rules:\n  - {name: delivered, match: '^delivered', set: {outcome: success}}\n");
  const record = (n, side, level, message) => JSON.stringify({ time: `2025-11-24T10:${10 + n}:00Z`, message_id: `aa${String(n).padStart(30, "0")}`, side, level, service: side, message }) + "\n";
  let text = "";
  for (let n = 0; n < 8; ++n) text += record(n, "server", "info", "delivered") + (n < 5 ? record(n, "client", "error", "no answer") : record(n, "server", "error", "write failed"));
  writeFileSync(file, text);
  demo.faultline("load", "--store", join(demo.folder, "contradicting"), "--rules", rulesFile, file);
  const { url: other } = await demo.serve("contradicting");
  const page = await openPage(browser, other + "#/correlate");
  await page.waitForSelector("text=A server recorded success, and the client failed");
  const panel = await words(page, "section:has(h2:text('contradict'))");
  assert.match(panel, /5 of 5 messages \(100 %\): the reply was lost/);
  assert.match(panel, /3 of 3 messages \(100 %\): a retry hid it/);
});

test("what was noticed is marked on the chart, and is what the command line finds", { skip: methods.includes("ListFindings") ? false : "the server does not detect" }, async () => {
  // Two hours of five failures a minute on both sides, but fifty in each of the minutes 100 to 104.
  const file = join(demo.folder, "surging.ndjson");
  let text = "";
  for (let minute = 0, n = 0; minute < 120; ++minute) {
    for (let i = 0; i < (minute >= 100 && minute < 105 ? 50 : 5); ++i, ++n) {
      const time = new Date(Date.UTC(2025, 10, 24, 8, minute, i)).toISOString();
      for (const [side, message] of [["server", "shard is read only"], ["client", "message not sent"]]) text += JSON.stringify({ time, message_id: `bb${String(n).padStart(30, "0")}`, level: "error", side, service: `${side}-a`, message }) + "\n";
    }
  }
  writeFileSync(file, text);
  const store = join(demo.folder, "surging");
  demo.faultline("load", "--store", store, file);
  const found = demo.faultline("detect", "--store", store, "-o", "ndjson").split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const surges = found.filter((one) => one.kind === "spike" && one.start === "2025-11-24T09:40:00Z");
  assert.ok(surges.length >= 2, JSON.stringify(found));
  const { url: other } = await demo.serve("surging");
  const page = await openPage(browser, other + "#/now?from=2025-11-24T08%3A00%3A00Z&to=2025-11-24T10%3A00%3A00Z");
  await page.waitForSelector(".findings li");
  const listed = await page.locator(".findings li").allInnerTexts();
  assert.ok(listed.some((words) => /^09:40.09:4\d .*shard is read only surges: /.test(words.replace(/\s+/g, " "))), listed.join("\n"));
  await page.screenshot({ path: join(pictures, "now-noticed.png"), fullPage: true });
  await page.locator(".as-table summary").first().click();
  const marked = await page.locator(".as-table").first().locator("tbody tr").evaluateAll((rows) => rows.map((row) => [row.cells[0].innerText, row.cells[row.cells.length - 2].innerText]).filter(([, noticed]) => noticed));
  assert.deepEqual(marked.map(([from]) => from.slice(-8, -3)), ["09:40"]);
  assert.match(marked[0][1], /1 .* surges/);
  await page.getByRole("link", { name: "shard is read only" }).first().click();
  await settled(page);
  assert.match(page.url(), /#\/signature\//);
  assert.deepEqual(page.complaints, []);
});

test("what people decide is done on the page, seen by the command line, and taken back", { skip: methods.includes("DecideSignature") ? false : "the server takes no decisions" }, async () => {
  const listed = () => Object.fromEntries(demo.rows("signatures", "--limit", "0", "--muted").map((row) => [row.signature, row]));
  const before = listed();
  const [one, other] = Object.values(before).filter((row) => row.side === "CLIENT");
  const page = await openPage(browser, `${url}#/signature/${one.signature}`);
  const latest = () => Number(demo.rows("signatures", "history", "--limit", "1")[0]?.number ?? 0);
  // Acts, and waits until a decision has been written and is shown.
  const deciding = async (act) => {
    const before = latest();
    await act();
    for (let i = 0; latest() === before; ++i) assert.ok(i < 100, "nothing was decided");
    await page.getByText(`decision ${latest()}`).first().waitFor();
    await settled(page);
  };
  const decide = (action, fill) => deciding(async () => {
    await page.getByRole("group", { name: "Decide" }).getByRole("button", { name: action, exact: true }).click();
    const form = page.getByRole("form", { name: action });
    await fill(form);
    await form.getByLabel("Your name").fill("ada");
    await form.getByRole("button", { name: action, exact: true }).click();
  });
  await decide("Rename", (form) => form.getByLabel("Name", { exact: true }).fill("the <b>edge</b> is full"));
  assert.equal(await words(page, "h1 .template"), "the <b>edge</b> is full");
  assert.equal(listed()[one.signature].title, "the <b>edge</b> is full");

  await decide("Merge others into it", async (form) => {
    await form.getByLabel("Look for a failure").fill(other.title.split("<")[0].trim());
    await form.getByRole("checkbox").first().check();
    await form.getByLabel("Why").fill("one cause");
    await page.screenshot({ path: join(pictures, "signature-merge.png"), fullPage: true });
  });
  assert.equal(number(await page.locator(".figures strong").nth(1).innerText()), Number(one.lines) + Number(other.lines));
  assert.equal(Number(listed()[one.signature].lines), Number(one.lines) + Number(other.lines));
  assert.equal(listed()[other.signature], undefined);
  assert.match(await words(page, ".history"), /^ada merged another into it .*one cause/);

  await decide("Split", (form) => form.getByLabel("One for each value of").selectOption("region"));
  const parts = Object.values(listed()).filter((row) => row.splitFrom === one.signature);
  assert.ok(parts.length > 1);
  const shown = await page.locator("section", { hasText: "It was split into" }).locator("li").allInnerTexts();
  assert.equal(shown.length, parts.length);
  await deciding(() => page.getByRole("button", { name: "Undo" }).click());
  assert.equal(Number(listed()[one.signature].lines), Number(one.lines) + Number(other.lines));

  await decide("Mute", (form) => form.getByLabel("How long").selectOption("for a day"));
  await decide("Resolve", async () => {});
  assert.deepEqual(await page.locator("h1 .chip").allInnerTexts(), ["muted", "resolved"]);
  await page.screenshot({ path: join(pictures, "signature-decided.png"), fullPage: true });
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(violations.filter((found) => ["serious", "critical"].includes(found.impact)).map((found) => found.id), []);
  await page.goto(`${url}#/signatures`);
  await settled(page);
  await page.getByRole("button", { name: "1 muted: show" }).click();
  // The address changes first: until the page has heard of it, it looks settled.
  await page.locator("td .chip", { hasText: "muted" }).first().waitFor();
  await settled(page);
  assert.equal(await page.locator("td .chip", { hasText: "muted" }).count(), 1);

  // What cannot be done is said in words, and the form stays.
  await page.goto(`${url}#/signature/${one.signature}`);
  await settled(page);
  for (;;) {
    const back = page.locator(".history").getByRole("button", { name: "Take back" });
    if (await back.count() === 0) break;
    // From the first on: an undo is listed too, and may itself be taken back.
    const numbers = (await back.evaluateAll((all) => all.map((each) => each.getAttribute("aria-label")))).filter((label) => !undone.has(label));
    if (numbers.length === 0) break;
    const label = numbers.at(-1);
    await deciding(() => page.getByRole("button", { name: label, exact: true }).click());
    undone.add(label);
    undone.add(`Take back decision ${latest()}`);
  }
  assert.deepEqual(listed(), before);
  assert.deepEqual(page.complaints, []);
});

test("an empty store says what to do", async () => {
  const empty = await demo.serve("empty");
  const page = await openPage(browser, empty.url);
  assert.match(await words(page, "main"), /Nothing is stored yet.*faultline load/);
});

test("a server that goes away is said, and what was seen stays", async () => {
  const page = await openPage(browser, url);
  server.kill("SIGKILL");
  await page.getByRole("button", { name: "Ask again" }).click();
  await page.waitForSelector(".freshness .bad");
  assert.match(await words(page, ".freshness"), /No answer from the server/);
});
