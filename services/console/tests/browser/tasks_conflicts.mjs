// What administrators and an auditor come to do about conflicts, policies, appeals and disputes, on a market in which two
// administrators decide what takes two.
import assert from "node:assert/strict";
import { as, matchPath, openOffice, windowOf } from "./office.mjs";

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
    await page.waitForSelector("form .wrong");
    await page.fill("form textarea", "Llegó otro proveedor");
    await page.locator("form .button.danger").click();
    await page.locator("h1 + .tag", { hasText: visit.word("Revocada", "Revoked") }).waitFor();
    await visit.look("revoked");
    assert.equal(office.market.json("waiver", "get", id).state, "STATE_REVOKED");

    await visit.go(`conflicts/check?need=${encodeURIComponent(match.need)}&tap=${encodeURIComponent(match.tap)}`);
    await page.locator("article", { hasText: "lender-of-requester" }).first().waitFor();
    await visit.look("check");
  },

  async refusesAChangeAndMergesParties({ visit, ...given }) {
    const office = await openOffice(given);
    const { page } = visit;
    const press = (spanish, english, within) => within.getByRole("button", { name: visit.word(spanish, english), exact: true }).click();
    const cards = (text) => page.locator("article", { hasText: text });
    // Leaves a list of as many cards less one.
    const decide = async (text, spanish, english, look, reason) => {
      const before = await cards(text).count();
      const card = cards(text).first();
      await press("Decidir", "Decide", card);
      await press(spanish, english, card);
      const form = card.locator("form");
      if (reason !== undefined) {
        await form.locator(".button").first().click();
        await form.locator(".wrong").waitFor();
        await form.locator("textarea").fill(reason);
      }
      await form.scrollIntoViewIfNeeded();
      await visit.look(look);
      await form.locator(".button").first().click();
      await page.waitForFunction(([wanted, count]) => [...document.querySelectorAll("article")].filter((each) => each.textContent.includes(wanted)).length < count, [text, before]);
    };
    const changes = () => office.market.json("relation", "list").filter(({ proposed_change: asked }) => asked?.reason === "Dice que vendió").length;
    const merges = (state) => office.market.json("merge-proposal", "list").filter((each) => each.state === `STATE_${state}`);

    await as(visit, office, office.market.administratorToken);
    await visit.go("conflicts");
    await cards("Dice que vendió").first().waitFor();
    const asked = changes();
    await decide("Dice que vendió", "Rechazar el cambio", "Reject the change", "rejecting");
    assert.equal(changes(), asked - 1);
    assert.deepEqual(office.market.json("relation", "list").filter(({ share_basis_points: share }) => share === 1200), []);

    const same = visit.word("¿Son la misma?", "Are they the same?");
    await cards(same).first().waitFor();
    const [confirmed, rejected] = [merges("CONFIRMED").length, merges("REJECTED").length];
    await decide(same, "Son una sola: unirlas", "They are one: merge them", "merging", "El registro da la misma dirección");
    assert.equal(merges("CONFIRMED").length, confirmed + 1);
    await decide(same, "Son dos", "They are two", "not-merging", "Otra cooperativa, de otro distrito");
    assert.equal(merges("REJECTED").length, rejected + 1);
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
      "disputes", `disputes/${matchPath(office.disputed[0])}`, "access",
    ]) {
      await visit.go(path);
      await visit.look(path.split("/").slice(0, 2).join("-"));
      // Only what chooses what is shown.
      const acts = await page.locator("main form, main button:not([aria-pressed]):not(.plain)").evaluateAll((all) => all.map((each) => each.textContent.trim()));
      assert.deepEqual(acts.filter((text) => !/^(Mostrar|Show|Mirar|Look)/.test(text)), [], path);
    }
  },
};
