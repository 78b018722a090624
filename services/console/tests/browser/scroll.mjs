// How smoothly the list of a whole country's needs scrolls: the durations of frames while 10,000 rows go by. A frame of a
// screen takes 16.7 ms; what people see as a jerk begins at some 50. The 95th percentile tells as much of what else the
// machine does, and is printed only: read it on a quiet one.
//
//   node tests/browser/scroll.mjs --bin build/release/bin --generate deploy/sample/generate [--shots DIR] [--scale country]
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { startMarket } from "./market.mjs";
import { serve } from "./serve.mjs";
import { overseers } from "./tasks_rounds.mjs";
import { Visit } from "./visit.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    bin: { type: "string", default: join(here, "../../../../build/release/bin") },
    generate: { type: "string", default: join(here, "../../../../deploy/sample/generate") },
    shots: { type: "string" },
    scale: { type: "string", default: "country" },
    built: { type: "string", default: process.env.AYNI_CONSOLE_OUT ?? join(here, "../../dist") },
  },
});
const rowsWanted = 10_000;
const pixelsPerFrame = 320;
const medianMsMax = 34;
const workMsMax = 12;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const part = (frames, of) => [...frames].sort((a, b) => a - b)[Math.min(frames.length - 1, Math.floor(of * frames.length))];

// Scrolls a little on every frame until so many rows went by.
async function scroll(page, { rows, step }) {
  return page.evaluate(
    async ({ rows, step }) => {
      const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const last = () => Math.max(0, ...[...document.querySelectorAll("[role=listitem]")].map((item) => Number(item.getAttribute("aria-posinset"))));
      const frames = [];
      let [drawn, still] = [0, 0];
      for (let before = await nextFrame(); last() < rows && still < 600; ) {
        const from = scrollY;
        scrollBy(0, step);
        const now = await nextFrame();
        frames.push(now - before);
        before = now;
        still = scrollY === from ? still + 1 : 0; // the end of what has come so far
        drawn = Math.max(drawn, document.querySelectorAll("[role=listitem]").length);
      }
      return { frames, drawn, reached: last() };
    },
    { rows, step },
  );
}

const market = await startMarket(values.bin, values.generate, { scale: values.scale });
const site = await serve(values.built, market.door);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  for (const width of [390, 1280]) {
    const visit = await Visit.begin({ browser, site, axe, width, language: "es-PE", shots: values.shots, name: "scroll" });
    await visit.signIn(overseers(market).auditor);
    await visit.go("needs");
    await visit.page.waitForSelector("[role=listitem]");
    await visit.settled();
    // By the clock of the page's own thread, which other programs of a busy machine don't slow.
    const debug = await visit.context.newCDPSession(visit.page);
    await debug.send("Performance.enable", { timeDomain: "threadTicks" });
    const busy = async () => (await debug.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration").value;
    const before = await busy();
    const { frames, drawn, reached } = await scroll(visit.page, { rows: rowsWanted, step: pixelsPerFrame });
    const workMs = (1000 * (await busy() - before)) / frames.length;
    console.log(
      `${width} px: ${reached} rows in ${frames.length} frames, at most ${drawn} of them drawn; a frame takes median ${part(frames, 0.5).toFixed(1)} ms, 95th percentile ${part(frames, 0.95).toFixed(1)} ms, longest ${part(frames, 1).toFixed(0)} ms, of which the page works ${workMs.toFixed(1)} ms on average`,
    );
    await visit.shoot("end");
    assert.ok(reached >= rowsWanted, "rows were not reached");
    assert.ok(drawn < 200, "the list draws what nobody sees");
    assert.ok(part(frames, 0.5) <= medianMsMax, "it does not scroll smoothly");
    assert.ok(workMs <= workMsMax, "the page works too long on a frame");
    assert.deepEqual(visit.troubles, []);
    await visit.end();
  }
} finally {
  await browser.close();
  site.close();
  market.stop();
}
