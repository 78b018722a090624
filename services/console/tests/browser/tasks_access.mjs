// How an administrator comes to be one where there are two already.
import assert from "node:assert/strict";
import { as, openOffice, windowOf } from "./office.mjs";

export const accessTasks = {
  async approvesAnAdministrator({ visit, ...given }) {
    const office = await openOffice(given);
    const { page } = visit;
    const { id, other, digest, token } = office.newcomers[windowOf(visit)];
    const press = (spanish, english, within) => within.getByRole("button", { name: visit.word(spanish, english), exact: true }).click();
    const card = (text) => page.locator("article", { hasText: text });
    const account = (of) => card(`Administradora ${of}`);
    const tokenOf = (of) => card(visit.word(`Llave t1 de ${of}`, `Token t1 of ${of}`));

    // Whoever made them approves neither.
    await as(visit, office, office.market.administratorToken);
    await page.locator('main a[href="#/access"]').first().click();
    for (const each of [account(id), tokenOf(id)]) await each.getByText(visit.word("debe aprobarlo otro administrador", "another administrator approves it")).waitFor();
    await visit.look("barred");

    await as(visit, office, office.market.secondToken);
    await visit.go("access");
    await press("Aprobar la cuenta", "Approve the account", account(id));
    await account(id).scrollIntoViewIfNeeded();
    await visit.look("account");
    await account(id).locator("form .button.main").click();
    await account(id).waitFor({ state: "detached" });
    assert.equal(office.market.json("principal", "get", id).approved_by, "principals/second");

    await press("Aprobar la llave", "Approve the token", tokenOf(id));
    const form = tokenOf(id).locator("form");
    await form.locator("textarea").fill(digest.slice(1));
    await form.locator(".button.main").click();
    await form.locator(".wrong").waitFor();
    await tokenOf(id).scrollIntoViewIfNeeded();
    await visit.look("token");
    // Of another secret.
    await form.locator("textarea").fill("0".repeat(64));
    await form.locator(".button.main").click();
    await form.locator(".wrong", { hasText: id }).waitFor();
    await visit.look("other-token");
    // In capitals and groups, as one writes what is read out.
    await form.locator("textarea").fill(digest.toUpperCase().replace(/.{8}/g, "$& "));
    await form.locator(".button.main").click();
    await tokenOf(id).waitFor({ state: "detached" });
    assert.equal(office.market.json("token", "get", `${id}/t1`).state, "STATE_ACTIVE");

    await press("No aprobarla: bloquear", "Don't approve: disable it", account(other));
    await account(other).locator("form .button.danger").click();
    await account(other).waitFor({ state: "detached" });
    assert.ok(office.market.json("principal", "get", other).disable_time);
    await tokenOf(other).waitFor({ state: "detached" }); // which nothing could make open anything any more
    await page.locator("details", { hasText: other }).locator("summary").click();
    await page.locator("details[open] ul li").first().waitFor();
    await page.locator("details[open]").scrollIntoViewIfNeeded();
    await visit.look("accounts");
    await page.selectOption("#role", { label: visit.word("Auditor", "Auditor") });
    await page.locator("details", { hasText: "Auditora" }).waitFor();

    await as(visit, office, token);
    assert.ok((await page.locator("main h1").innerText()).includes(`Administradora ${id}`));
  },
};
