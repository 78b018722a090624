// What administrators and auditors do with rounds.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMarket } from "./market.mjs";
import { serve } from "./serve.mjs";

// A token of its own for whoever oversees this market, made when it is first asked for.
const made = new WeakMap();
export function overseers(market) {
  if (made.has(market)) return made.get(market);
  const folder = mkdtempSync(join(tmpdir(), "ayni-overseers-"));
  const administrator = market.json("principal", "list").find(({ role }) => role === "ROLE_ADMINISTRATOR").name.split("/")[1];
  market.ayni("principal", "create", "--id", "auditor-of-rounds", "--display_name", "Universidad Ejemplo", "--role", "AUDITOR");
  const token = (principal) => {
    const file = join(folder, principal);
    market.ayni("token", "create", "--principal", principal, "--id", "rounds", "--out", file);
    return readFileSync(file, "utf8").trim();
  };
  const tokens = { administrator: token(administrator), auditor: token("auditor-of-rounds") };
  rmSync(folder, { recursive: true });
  made.set(market, tokens);
  return tokens;
}

const firstPublished = (market) => market.json("round", "list").find(({ state }) => state === "STATE_PUBLISHED").name.split("/")[1];
const buttons = (page) => page.locator("main button:visible").allInnerTexts();

// Of a round that was published: its report, fairness, concentration and limits.
async function looksAtARound(visit, id) {
  const { page } = visit;
  await visit.go(`rounds/${id}`);
  await page.locator("main h3").first().waitFor();
  await visit.look("report");
  await visit.go(`rounds/${id}/fairness`);
  await page.waitForSelector("main .tiles");
  await page.waitForSelector("main svg circle");
  await visit.look("fairness");
  await page.locator("main details summary").first().click();
  await page.locator("main table").first().scrollIntoViewIfNeeded();
  await visit.look("fairness-table");
  // From a number to the matches behind it.
  const number = page.locator("main td a[href*='/fairness/LANGUAGE/']").first();
  if (!(await number.isVisible())) await page.locator("main section.card", { has: page.locator("a[href*='/fairness/LANGUAGE/']") }).locator("summary").click();
  const count = Number(await number.innerText());
  await number.click();
  await page.waitForURL(/fairness\/LANGUAGE\/./);
  await page.locator("main h2 .tag", { hasText: new RegExp(`^${count}$`) }).waitFor();
  assert.equal(await page.locator("main li .card").count(), Math.min(count, 20));
  await visit.look("fairness-matches");
  await page.locator("main li .card a").first().click();
  await page.waitForURL(/conflicts\/matches/);
  await visit.go(`rounds/${id}/fairness`);
  await page.waitForSelector("main svg circle");
  await page.locator("#spread").scrollIntoViewIfNeeded();
  await visit.look("fairness-spread");
  await page.locator("input[name=view]").nth(1).check();
  await visit.settled();
  await page.waitForSelector("main .tiles");
  await visit.look("fairness-published");
  await visit.go(`concentration?round=${id}`);
  await page.waitForSelector("main svg path.told");
  await visit.look("concentration");
  await page.locator(".beside section button").first().click();
  await page.locator("#segments").scrollIntoViewIfNeeded();
  await page.locator("main li.card button[aria-expanded]").first().click();
  await page.waitForSelector("main .plots svg circle");
  await page.locator("main .plots").scrollIntoViewIfNeeded();
  await visit.look("trend");
  await visit.go(`rounds/${id}/limits`);
  await visit.look("limits");
}

async function explainsANeed(visit, market) {
  const { page } = visit;
  await visit.go("needs");
  await page.waitForSelector("[role=listitem]");
  await visit.look("needs");
  const need = market.json("need", "list", "--limit", "200").find(({ state }) => state !== "STATE_MATCHED");
  const [, , , id] = need.name.split("/");
  await page.fill("#text", id);
  await page.waitForFunction((wanted) => [...document.querySelectorAll("[role=listitem] a")].some(({ href }) => href.endsWith(`/${wanted}`)), id);
  await page.locator(`[role=listitem] a[href$="/${id}"]`).first().click();
  await page.waitForURL(/needs\/[^/]+\/[^/]+/);
  await page.waitForSelector("article.card");
  await visit.look("need");
  await page.locator("article.card summary").first().click();
  await page.locator("article.card").first().scrollIntoViewIfNeeded();
  await visit.look("why");
}

// A round of the country's sample takes seconds, and can be cancelled meanwhile.
let country;
function openCountry({ bin, generate, also }, site) {
  country ??= (async () => {
    const market = await startMarket(bin, generate, { scale: "country" });
    const own = await serve(site.folder, market.door);
    also.push(() => own.close(), () => market.stop());
    return { market, site: own };
  })();
  return country;
}

export const roundTasks = {
  async cancelsARound({ visit, market: given, site }) {
    const { market, site: own } = await openCountry(given, site);
    const { page } = visit;
    const id = `cancelled-${visit.width}-${visit.language.slice(0, 2)}`;
    market.ayni("round", "create", "--id", id, "--target_gap_ppm", "0");
    const press = (spanish, english) => page.getByRole("button", { name: visit.word(spanish, english), exact: true }).click();
    visit.site = own;
    await visit.leave();
    await visit.signIn(market.administratorToken);
    await visit.go(`rounds/${id}`);
    await page.waitForSelector("[data-state=DRAFT]");
    await press("Publicar", "Publish");
    await press("Publicar", "Publish");
    await page.waitForSelector("main ol li.now");
    await visit.shoot("under-way");
    await press("Detener", "Stop");
    await page.getByText(visit.word("Se detuvo.", "It was stopped.")).waitFor();
    await page.waitForSelector("[data-state=DRAFT]");
    await visit.look("cancelled");
    assert.equal(market.json("round", "get", id).state, "STATE_DRAFT");
  },

  async runsARound({ visit, market }) {
    const { page } = visit;
    const id = `browser-${visit.width}-${visit.language.slice(0, 2)}`;
    const round = () => market.json("round", "get", id);
    const { administrator } = overseers(market);
    const button = (spanish, english) => page.getByRole("button", { name: visit.word(spanish, english), exact: true });
    await visit.signIn(administrator);
    await visit.look("home");
    await visit.go("rounds");
    await visit.look("rounds");
    await page.click("main .button.main");
    await page.waitForSelector("#note");
    await page.fill("#gap", "101");
    await page.click("form .button.main");
    assert.equal(await page.getAttribute("#gap", "aria-invalid"), "true");
    await page.fill("#gap", "0,1");
    await page.fill("#note", "Campaña de diciembre");
    await page.fill("#id", id);
    await visit.look("draft");
    await page.click("form .button.main");
    await page.waitForURL(new RegExp(`rounds/${id}$`));
    await page.waitForSelector("[data-state=DRAFT]");
    await visit.look("drafted");

    await button("Probar", "Try it").click();
    await page.waitForSelector("#tried");
    await visit.look("tried");
    assert.equal(round().state, "STATE_DRAFT");

    await button("Publicar", "Publish").click();
    await visit.look("sure");
    await button("Publicar", "Publish").click();
    await page.waitForSelector("[data-state=PUBLISHED]");
    await visit.look("published");
    assert.equal(round().note, "Campaña de diciembre");
    assert.equal(round().state, "STATE_PUBLISHED");

    // What the browser keeps is what proves the round to the command line.
    const [file] = await Promise.all([page.waitForEvent("download"), button("Descargar la prueba", "Download the proof").click()]);
    const key = market.json("ledger", "key").verifier;
    const verified = market.ayni("round", "verify", await file.path(), "--key", key);
    assert.match(verified, /ok/);
    assert.doesNotMatch(verified, /WRONG/);

    await button("Deshacer la ronda…", "Undo the round…").click();
    await button("Deshacer la ronda", "Undo the round").click();
    await page.waitForSelector("#reason-wrong");
    await page.fill("#reason", "La política no era la acordada");
    await visit.look("undoing");
    await button("Deshacer la ronda", "Undo the round").click();
    await page.waitForSelector("[data-state=UNDONE]");
    await visit.look("undone");
    assert.equal(round().undo_reason, "La política no era la acordada");

    await looksAtARound(visit, firstPublished(market));
    await explainsANeed(visit, market);
  },

  async auditsRounds({ visit, market }) {
    const { page } = visit;
    const { auditor } = overseers(market);
    const id = firstPublished(market);
    await visit.signIn(auditor);
    await visit.look("home");
    await visit.go("rounds");
    await visit.look("rounds");
    await visit.go("rounds/new");
    assert.equal(await page.locator("form").count(), 0);
    await visit.go(`rounds/${id}`);
    await page.locator("main h3").first().waitFor();
    // Reading and downloading is all that there is.
    assert.deepEqual(await buttons(page), [visit.word("Descargar la prueba", "Download the proof")]);
    await looksAtARound(visit, id);
    await explainsANeed(visit, market);
  },
};
