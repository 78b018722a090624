// How smoothly the list of a whole country's needs scrolls: the durations of frames while 10,000 rows go by. A frame of a
// screen takes 16.7 ms; what people see as a jerk begins at some 50.
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
const slowMsMax = 67;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

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
    const { frames, drawn, reached } = await scroll(visit.page, { rows: rowsWanted, step: pixelsPerFrame });
    frames.sort((a, b) => a - b);
    const at = (part) => frames[Math.min(frames.length - 1, Math.floor(part * frames.length))];
    console.log(
      `${width} px: ${reached} rows in ${frames.length} frames, at most ${drawn} of them drawn; median ${at(0.5).toFixed(1)} ms, 95th percentile ${at(0.95).toFixed(1)} ms, longest ${frames.at(-1).toFixed(0)} ms`,
    );
    await visit.shoot("end");
    assert.ok(reached >= rowsWanted, "rows were not reached");
    assert.ok(drawn < 200, "the list draws what nobody sees");
    assert.ok(at(0.5) <= medianMsMax && at(0.95) <= slowMsMax, "it does not scroll smoothly");
    assert.deepEqual(visit.troubles, []);
    await visit.end();
  }
} finally {
  await browser.close();
  site.close();
  market.stop();
}
