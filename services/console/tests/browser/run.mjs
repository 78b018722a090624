// Each role's main tasks in a real browser on a real market: by phone and at a desk, in Spanish and in English, with and
// without a network. axe-core looks at every page on the way.
//
//   node tests/browser/run.mjs --bin build/release/bin --generate deploy/sample/generate [--shots DIR] [--only TASK,TASK]
//     [--windows 390:es-PE,390:en,1280:es-PE,1280:en]
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { startMarket } from "./market.mjs";
import { serve } from "./serve.mjs";
import { Visit } from "./visit.mjs";
import * as tasks from "./tasks.mjs";
import { accessTasks } from "./tasks_access.mjs";
import { conflicts } from "./tasks_conflicts.mjs";
import { roundTasks } from "./tasks_rounds.mjs";
import { proofTasks } from "./tasks_proof.mjs";
import { signInTasks } from "./tasks_sign_in.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    bin: { type: "string", default: join(here, "../../../../build/release/bin") },
    generate: { type: "string", default: join(here, "../../../../deploy/sample/generate") },
    shots: { type: "string" },
    only: { type: "string" }, // some tasks
    windows: { type: "string", default: "390:es-PE,1280:en" }, // the width and language of each
    built: { type: "string", default: process.env.AYNI_CONSOLE_OUT ?? join(here, "../../dist") },
  },
});
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
if (values.shots) mkdirSync(values.shots, { recursive: true });

const market = await startMarket(values.bin, values.generate);
const site = await serve(values.built, market.door);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--lang=es-PE"] });
let failures = 0;
try {
  const members = tasks.prepare(market);
  for (const [width, language] of values.windows.split(",").map((each) => each.split(":"))) {
    for (const [name, task] of Object.entries({ ...tasks.all, ...conflicts, ...accessTasks, ...roundTasks, ...proofTasks, ...signInTasks })) {
      if (values.only && !values.only.split(",").includes(name)) continue;
      const visit = await Visit.begin({ browser, site, axe, width: Number(width), language, shots: values.shots, name });
      try {
        await task({ visit, market, site, members });
        assert.deepEqual(visit.troubles, []);
        console.log(`ok   ${width} ${language} ${name}`);
      } catch (cause) {
        ++failures;
        console.log(`FAIL ${width} ${language} ${name}\n${[cause.stack, ...visit.troubles].join("\n")}`);
        await visit.shoot("failed").catch(() => undefined);
      } finally {
        site.state.cut = false;
        await visit.end();
      }
    }
  }
} finally {
  await browser.close();
  site.close();
  market.stop();
}
console.log(failures === 0 ? "all ok" : `${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
