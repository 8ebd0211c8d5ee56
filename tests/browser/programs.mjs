// Starts the programs and a browser for the tests of the page.
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

export const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

// Text that would do harm if it were taken for markup or for orders to a terminal.
export const HOSTILE = '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script> &lt;b&gt; \u001b[31mred \u202egnp.exe';

const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FAULTLINE_")));

export class Demo {
  constructor(bin, rules) {
    this.bin = bin;
    this.rules = rules;
    this.folder = mkdtempSync(join(tmpdir(), "faultline-page-"));
    this.servers = [];
  }

  faultline(...args) {
    const done = spawnSync(join(this.bin, "faultline"), args, { encoding: "utf8", env: { ...kept, FAULTLINE_RULES: this.rules }, maxBuffer: 1 << 28 });
    if (![0, 1, 3].includes(done.status)) throw new Error(`faultline ${args.join(" ")}: ${done.status} ${done.stderr}`);
    return done.stdout;
  }

  rows(...args) { return this.faultline(...args, "--store", join(this.folder, "store"), "-o", "ndjson").split("\n").filter(Boolean).map((line) => JSON.parse(line)); }

  load() {
    const logs = join(this.folder, "logs");
    this.faultline("sample", "--seed", "1", "--minutes", "30", "--start", "2025-11-24T10:00:00Z", "--out", logs);
    const files = ["client.ndjson", "server.ndjson", "attempts.ndjson", "push.syslog", "edge-error.log"].map((name) => join(logs, name));
    const hostile = join(logs, "hostile.ndjson");
    writeFileSync(hostile, "");
    appendFileSync(hostile, JSON.stringify({ time: "2025-11-24T10:29:00Z", level: "error", side: "client", service: "app-hostile", message: HOSTILE }) + "\n");
    appendFileSync(hostile, '{"time": "2025-11-24T10:29:01Z", "level": \n');
    this.faultline("load", "--store", join(this.folder, "store"), "--rules", this.rules, ...files, hostile);
  }

  // A server over the store NAME, with more ARGUMENTS; its HTTP address.
  serve(name, ...more) { return this.serveStore(join(this.folder, name), ...more); }

  async serveStore(path, ...more) {
    const args = ["--set", `store.path=${path}`, "--set", "query.listen=127.0.0.1:0", "--set", "http.listen=127.0.0.1:0", ...more];
    const server = spawn(join(this.bin, "faultlined"), args, { stdio: ["ignore", "ignore", "pipe"], env: kept });
    this.servers.push(server);
    let port = "";
    let log = "";
    for await (const line of createInterface({ input: server.stderr })) {
      log += line + "\n";
      port = /http started port=(\d+)/.exec(line)?.[1] ?? port;
      if (line.includes("queries answered")) return { url: `http://127.0.0.1:${port}/`, server };
    }
    throw new Error(`faultlined ended: ${log}`);
  }

  close() {
    for (const server of this.servers) server.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function openBrowser() {
  const executablePath = BROWSERS.find(existsSync);
  const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath, args: [...args, "--disable-gpu", "--disable-dev-shm-usage"] });
}

// A page whose complaints are kept in `page.complaints`.
export async function openPage(browser, url, { width = 1280, height = 900, scheme = "light" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, timezoneId: "UTC", locale: "en-US" });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => page.complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => page.complaints.push(`error: ${error.message}`));
  await page.goto(url);
  await settled(page);
  return page;
}

// Waits until every part has its answer.
export async function settled(page) {
  await page.waitForSelector("main h1, main .failure");
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]') && !/Loading…/.test(document.querySelector("main").textContent));
}

export function ensureFolder(path) { mkdirSync(path, { recursive: true }); return path; }
