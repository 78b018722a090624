// What administrators and an auditor come to do about conflicts, policies, appeals and disputes, on a market in which two
// administrators decide what takes two.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startMarket } from "./market.mjs";
import { serve } from "./serve.mjs";

const windows = 4; // each width in each language does what can be done once only

let opened;
function openOffice({ market, site }) {
  opened ??= open(market, site);
  return opened;
}

async function open({ bin, generate, also }, site) {
  const market = await startMarket(bin, generate, { fourEyes: true });
  const own = await serve(site.folder, market.door);
  also.push(() => own.close(), () => market.stop());
  market.ayni("round", "run", "--note", "browser tests");
  market.ayni("principal", "create", "--id", "auditor", "--role", "AUDITOR", "--display_name", "Auditora");
  const auditorFile = join(market.folder, "auditor.token");
  market.ayni("token", "create", "--principal", "auditor", "--id", "t1", "--out", auditorFile);
  const auditorToken = readFileSync(auditorFile, "utf8").trim();

  const idOf = (name) => name.split("/").at(-1);
  const tokens = new Map();
  const tokenFile = (role, party) => {
    if (!tokens.has(party)) {
      market.token(role, idOf(party));
      tokens.set(party, join(market.folder, `${role.toLowerCase()}-of-${idOf(party)}.token`));
    }
    return tokens.get(party);
  };
  const matches = market.json("match", "list", "--round", "-").filter(({ state }) => state === "STATE_PROPOSED");
  const seen = new Set();
  // Of as many cooperatives and TAPs: what one window does must not show in another.
  const take = (wanted) => {
    const at = matches.findIndex((match) => wanted(match) && !seen.has(match.cooperative) && !seen.has(match.tap));
    assert.ok(at >= 0, "the sample's round has too few matches");
    const [match] = matches.splice(at, 1);
    seen.add(match.cooperative).add(match.tap);
    return match;
  };
  const shortName = ({ name }) => `${name.split("/")[1]}/${name.split("/")[3]}`;
  const lenders = market.json("party", "list").filter(({ roles }) => roles.includes("PARTY_ROLE_FINANCIAL_INSTITUTION"));
  const relation = (...words) => market.ayni("relation", "create", "--source.kind", "REGISTER", "--start_date", "2024-03-01", ...words);

  // What the second administrator asks of relations that a rule blocks by.
  const changed = market.json("relation", "list").filter(({ type }) => type === "RELATION_TYPE_OWNS").slice(0, windows);
  assert.equal(changed.length, windows, "the sample has too few owners");
  for (const { name } of changed)
    market.ayni("relation", "update", idOf(name), "--share_basis_points", "1000", "--reason", "Vendió casi todo", "--token-file", join(market.folder, "second.token"));

  const lent = Array.from({ length: windows }, (_, i) => {
    const match = take(() => true);
    const lender = lenders[i % lenders.length];
    relation("--subject", lender.name, "--type", "OWNS", "--object", match.tap, "--share_basis_points", "6000", "--source.reference", "Partida 11-204");
    relation("--subject", lender.name, "--type", "LENDS_TO", "--object", match.cooperative, "--source.reference", "Pagaré 33");
    return { match, lender };
  });
  const appealed = Array.from({ length: windows }, () => {
    const match = take(() => true);
    const made = JSON.parse(market.ayni("appeal", "create", "--match", shortName(match), "--statement", "Quedamos en otros días y nadie llamó", "--token-file", tokenFile("COOPERATIVE", match.cooperative), "--output", "json"));
    return { match, appeal: idOf(made.name) };
  });
  const disputed = Array.from({ length: windows }, () => {
    const match = take(({ quantity }) => Number(quantity) > 3);
    const as = (side, ...words) => market.ayni("match", words[0], shortName(match), ...words.slice(1), "--token-file", tokenFile(side, side === "TAP" ? match.tap : match.cooperative));
    if ((match.conflicts ?? []).some(({ severity }) => severity === "CONFLICT_SEVERITY_FLAG")) as("COOPERATIVE", "acknowledge");
    as("COOPERATIVE", "accept");
    as("TAP", "accept");
    as("TAP", "start");
    as("COOPERATIVE", "dispute", "--reason", "Dejaron a la mitad sin atender");
    return match;
  });
  return { market, site: own, auditorToken, lent, changed, appealed, disputed };
}

// The window of another person.
async function as(visit, office, token) {
  visit.site = office.site;
  await visit.leave();
  await visit.signIn(token);
}

const windowOf = (visit) => (visit.width < 600 ? 0 : 1) + (visit.isEnglish ? 2 : 0);
const matchPath = ({ name }) => `${name.split("/")[1]}/${name.split("/")[3]}`;

export const conflicts = {
  async exceptsALender({ visit, ...given }) {
    const office = await openOffice(given);
    const { page } = visit;
    const { match, lender } = office.lent[windowOf(visit)];
    const press = (spanish, english, within = page) => within.getByRole("button", { name: visit.word(spanish, english), exact: true }).click();

    await as(visit, office, office.market.administratorToken);
    await visit.go("conflicts");
    await visit.look("inbox");
    const change = page.locator("article", { hasText: "Vendió casi todo" }).first();
    await press("Decidir", "Decide", change);
    await press("Confirmar el cambio", "Confirm the change", change);
    await change.scrollIntoViewIfNeeded();
    await visit.look("change");
    const waiting = () => office.market.json("relation", "list").filter(({ proposed_change: asked }) => asked).length;
    const before = waiting();
    await change.locator("form .button.main").click();
    await page.waitForFunction((count) => [...document.querySelectorAll("article")].filter((each) => each.textContent.includes("Vendió casi todo")).length < count, before);
    assert.equal(waiting(), before - 1);

    await page.locator(`main a[href="#/conflicts/matches/${matchPath(match)}"]`).first().click();
    const finding = page.locator("article", { hasText: "lender-of-requester" }).first();
    await finding.waitFor();
    await visit.settled();
    // The path names who lends, and can be read without seeing it.
    const spoken = await finding.locator("svg[role=img]").getAttribute("aria-label");
    assert.ok(spoken.includes(lender.display_name), spoken);
    await finding.locator("summary").click();
    assert.equal(await finding.locator("ol li").count(), 2);
    await finding.scrollIntoViewIfNeeded();
    await visit.look("finding");

    await press("Proponer una dispensa", "Propose a waiver", finding);
    await press("Enviar la dispensa", "Send the waiver", finding);
    await page.waitForSelector("#waiver-reason-wrong");
    await page.fill("#waiver-reason", "Es el único que llega a la zona; el préstamo vence en marzo");
    await visit.look("proposing");
    await press("Enviar la dispensa", "Send the waiver", finding);
    await page.waitForURL(/waivers\/[^/]+$/);
    // Whoever proposed it does not grant it, and is told so.
    await page.getByText(visit.word("debe decidirlo otro", "another administrator decides")).waitFor();
    await visit.look("proposed");
    const id = page.url().split("/").at(-1);

    await as(visit, office, office.market.secondToken);
    await visit.go("conflicts");
    await page.locator(`main a[href="#/conflicts/waivers/${id}"]`).click();
    await press("Otorgar la dispensa", "Grant the waiver");
    await visit.look("granting");
    await page.locator("form .button.main").click();
    await page.locator("h1 + .tag", { hasText: visit.word("Otorgada", "Granted") }).waitFor();
    await visit.look("granted");
    assert.equal(office.market.json("waiver", "get", id).state, "STATE_GRANTED");
    await press("Revocar", "Revoke");
    await page.locator("form .button.danger").click();
    await page.waitForSelector("#decision-RevokeWaiver-wrong");
    await page.fill("#decision-RevokeWaiver", "Llegó otro proveedor");
    await page.locator("form .button.danger").click();
    await page.locator("h1 + .tag", { hasText: visit.word("Revocada", "Revoked") }).waitFor();
    await visit.look("revoked");
    assert.equal(office.market.json("waiver", "get", id).state, "STATE_REVOKED");

    await visit.go(`conflicts/check?need=${encodeURIComponent(match.need)}&tap=${encodeURIComponent(match.tap)}`);
    await page.locator("article", { hasText: "lender-of-requester" }).first().waitFor();
    await visit.look("check");
  },

  async changesThePolicy({ visit, ...given }) {
    const office = await openOffice(given);
    const { page } = visit;
    const id = `y${visit.width}-${visit.language.slice(0, 2)}`;
    const [share, days] = [31, 120].map((least) => String(least + windowOf(visit)));
    await as(visit, office, office.market.administratorToken);
    await visit.go("policies");
    await visit.look("policies");
    await visit.go("policies/new?of=sample-1");
    await page.fill("#policy-id", id);
    // The market's word beside the field that it names.
    const field = page.locator("[id='pf-limits-0-share_basis_points']");
    await field.fill("mucho");
    await page.waitForSelector("[id='pf-limits-0-share_basis_points-wrong']");
    await field.fill("140");
    await page.locator("[id='pf-limits-0-share_basis_points-wrong']", { hasText: "10000" }).waitFor();
    await page.waitForSelector("#pf-reason-wrong");
    await visit.look("wrong");
    await field.fill(share);
    await page.fill("#pf-reason", "Más proveedores por provincia: probamos con una parte menor");
    await page.waitForFunction(() => document.querySelector("main .wrong") === null);
    await page.getByText(visit.word("El mercado la acepta así.", "The market takes it as it is.")).waitFor();
    await page.getByRole("button", { name: visit.word("Texto completo", "Whole text") }).click();
    const text = await page.inputValue("#policy-text");
    assert.ok(text.includes(`share_basis_points: ${share}00`), text.slice(0, 400));
    await page.fill("#policy-text", text.replace("window_days: 365", "window_dais: 365"));
    await page.waitForSelector("#policy-text-wrong");
    await page.fill("#policy-text", text.replace("window_days: 365", "window_days: 99999"));
    await page.locator("li.note.bad", { hasText: "window_days" }).waitFor();
    await visit.look("text");
    await page.fill("#policy-text", text.replace("full_waiting_days: 90", `full_waiting_days: ${days}`));
    await page.getByRole("button", { name: visit.word("Qué cambia", "What changes") }).click();
    await page.locator("ins", { hasText: days }).waitFor();
    await page.locator("ins", { hasText: share }).waitFor();
    await visit.look("diff");
    await page.getByRole("button", { name: visit.word("Guardar el borrador", "Save the draft") }).click();
    await page.waitForURL(new RegExp(`policies/${id}$`));
    await page.getByText(visit.word("debe activarla otro administrador", "another administrator makes it active")).waitFor();
    await visit.look("draft");

    await page.getByRole("link", { name: visit.word("Probar", "Try"), exact: true }).click();
    await page.waitForSelector("#trial-round");
    await visit.settled();
    await page.locator("form .button.main").click();
    await page.waitForSelector("main table", { timeout: 60_000 });
    await visit.look("tried");
    await visit.go(`policies/${id}/sweep`);
    await page.fill("#sweep-from", "20");
    await page.fill("#sweep-to", "60");
    await page.locator("form .button.main").click();
    await page.waitForSelector("figure svg polyline", { timeout: 60_000 });
    assert.equal(await page.locator("main tbody tr").count(), 6);
    await visit.look("swept");

    await as(visit, office, office.market.secondToken);
    await visit.go(`policies/${id}`);
    await page.getByRole("button", { name: visit.word("Activar esta versión", "Make this version active") }).click();
    await visit.look("activating");
    await page.locator("form .button.main").click();
    await page.locator("h1 + .tag", { hasText: visit.word("Activa", "Active") }).waitFor();
    await visit.look("active");
    const active = office.market.json("policy", "get", id);
    assert.equal(active.state, "STATE_ACTIVE");
    assert.equal(active.limits[0].share_basis_points, Number(`${share}00`));
    assert.equal(active.full_waiting_days, Number(days));
  },

  async decidesAppealsAndDisputes({ visit, ...given }) {
    const office = await openOffice(given);
    const { page } = visit;
    const { appeal } = office.appealed[windowOf(visit)];
    await as(visit, office, office.market.administratorToken);
    await visit.go("appeals");
    await visit.look("appeals");
    // This one published the round.
    await visit.go(`appeals/${appeal}`);
    await page.getByText(visit.word("Usted no puede decidir", "You may not decide")).waitFor();
    await visit.look("barred");

    await as(visit, office, office.market.secondToken);
    await visit.go(`appeals/${appeal}`);
    await page.waitForSelector("#appeal-reason");
    await page.locator("form .button.main").click();
    await page.waitForSelector("#appeal-reason-wrong");
    await page.check("input[name=outcome] >> nth=0");
    await page.fill("#appeal-reason", "No consta ninguna llamada");
    await page.fill("#appeal-remedy", "La administradora cancela la asignación");
    await visit.look("deciding");
    await page.locator("form .button.main").click();
    await page.locator("h1 + .tag", { hasText: visit.word("Con razón", "Upheld") }).waitFor();
    await visit.look("decided");
    assert.equal(office.market.json("appeal", "get", appeal).state, "STATE_UPHELD");

    const match = office.disputed[windowOf(visit)];
    await visit.go("disputes");
    await visit.look("disputes");
    await page.locator(`main a[href="#/disputes/${matchPath(match)}"]`).click();
    await page.waitForSelector("#dispute-reason");
    await page.check("input[name=outcome] >> nth=1");
    await page.fill("#dispute-quantity", "2");
    await page.fill("#dispute-reason", "Visto en la chacra con las dos partes");
    await visit.look("dispute");
    await page.locator("form .button.main").click();
    await page.locator("h1 + .tag", { hasText: visit.word("Confirmada", "Confirmed") }).waitFor();
    await visit.look("dispute-decided");
    const decided = office.market.json("match", "get", matchPath(match));
    assert.equal(decided.dispute.outcome, "OUTCOME_PARTLY_DELIVERED");
    assert.equal(decided.confirmation.quantity, "2");
  },

  async auditorOnlyLooks({ visit, ...given }) {
    const office = await openOffice(given);
    const { page } = visit;
    await as(visit, office, office.auditorToken);
    const { match } = office.lent[0];
    const { appeal } = office.appealed[0];
    const waivers = office.market.json("waiver", "list").map(({ name }) => `conflicts/waivers/${name.split("/")[1]}`);
    const drafts = office.market.json("policy", "list").map(({ name }) => name);
    for (const path of [
      "conflicts", `conflicts/matches/${matchPath(match)}`, "conflicts/waivers", ...waivers.slice(0, 1), "policies", ...drafts.slice(0, 1), "appeals", `appeals/${appeal}`,
      "disputes", `disputes/${matchPath(office.disputed[0])}`,
    ]) {
      await visit.go(path);
      await visit.look(path.split("/").slice(0, 2).join("-"));
      // Only what chooses what is shown.
      const acts = await page.locator("main form, main button:not([aria-pressed]):not(.plain)").evaluateAll((all) => all.map((each) => each.textContent.trim()));
      assert.deepEqual(acts.filter((text) => !/^(Mostrar|Show|Mirar|Look)/.test(text)), [], path);
    }
  },
};
