// How soon the console is there on a slow phone, as Lighthouse measures it: the first load on a 3G network (400 ms there and
// back, 400 kbit/s) with a processor four times as slow as this machine's, and the second one, of what the browser kept.
// Medians of some runs; they depend on the machine, so nothing is asserted.
//
//   node tests/browser/load.mjs [--bin build/release/bin] [--generate deploy/sample/generate] [--runs 5] [--web DIR]
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { startMarket } from "./market.mjs";
import { prepare } from "./tasks.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    bin: { type: "string", default: join(here, "../../../../build/release/bin") },
    generate: { type: "string", default: join(here, "../../../../deploy/sample/generate") },
    runs: { type: "string", default: "5" },
    web: { type: "string" }, // another folder than the one beside the programs
  },
});
const slow3G = { offline: false, latency: 400, downloadThroughput: 400_000 / 8, uploadThroughput: 400_000 / 8 };
const slowness = 4;

// Watches from before the first script on.
const watch = () => {
  const seen = { paint: 0, largest: 0, shift: 0, blocked: 0 };
  globalThis.seenByLoad = seen;
  const observe = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  observe("paint", ({ name, startTime }) => name === "first-contentful-paint" && (seen.paint = startTime));
  observe("largest-contentful-paint", ({ startTime }) => (seen.largest = startTime));
  observe("layout-shift", ({ value, hadRecentInput }) => hadRecentInput || (seen.shift += value));
  observe("longtask", ({ duration }) => (seen.blocked += Math.max(0, duration - 50)));
};

const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];

async function throttle(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", slow3G);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slowness });
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  return () => bytes;
}

async function load(context, url, ready) {
  const page = await context.newPage();
  await page.addInitScript(watch);
  const bytes = await throttle(page);
  const from = Date.now();
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForSelector(ready);
  const there = Date.now() - from;
  const fetched = bytes();
  await page.waitForTimeout(1500);
  const seen = await page.evaluate(() => globalThis.seenByLoad);
  await page.close();
  return { ...seen, there, kB: fetched / 1000 };
}

const market = await startMarket(values.bin, values.generate, { settings: values.web ? ["--web", values.web] : [] });
const url = `http://${market.door}/`;
const { cooperativeToken } = prepare(market);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--lang=es-PE"] });
const rows = new Map();
const add = (name, row) => rows.set(name, [...(rows.get(name) ?? []), row]);
try {
  for (let run = 0; run < Number(values.runs); ++run) {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "es-PE" });
    add("sign-in page, first time", await load(context, url, "#token"));
    const page = await context.newPage();
    await page.goto(url);
    await page.fill("#token", cooperativeToken);
    await page.press("#token", "Enter");
    await page.waitForSelector("main h1[tabindex]");
    await page.close();
    // The service worker has what it keeps once it is active.
    const again = await context.newPage();
    await again.goto(url);
    await again.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await again.close();
    add("a member's home, kept", await load(context, url, "main h1[tabindex]"));
    await context.close();
  }
} finally {
  await browser.close();
  market.stop();
}
console.log("                            first paint  largest paint  usable     blocked  shift   fetched");
for (const [name, all] of rows) {
  const of = (field) => median(all.map((row) => row[field]));
  const seconds = (field) => `${(of(field) / 1000).toFixed(2)} s`.padStart(9);
  console.log(`${name.padEnd(28)}${seconds("paint")}    ${seconds("largest")}   ${seconds("there")}  ${Math.round(of("blocked"))
    .toString()
    .padStart(6)} ms  ${of("shift").toFixed(3)}  ${of("kB").toFixed(0).padStart(5)} kB`);
}
