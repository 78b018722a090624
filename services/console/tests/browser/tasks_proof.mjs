// What an auditor and whoever has no account come to check, and what is called out to them.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

let made;

// An auditor's token, and a published round's file.
function prepared(market) {
  made ??= (() => {
    const folder = mkdtempSync(join(tmpdir(), "ayni-proof-"));
    market.ayni("principal", "create", "--id", "vera", "--display_name", "Vera Quispe", "--role", "AUDITOR");
    market.ayni("token", "create", "--principal", "vera", "--id", "t1", "--out", join(folder, "token"));
    const round = market.json("round", "list").find(({ state }) => state === "STATE_PUBLISHED").name.split("/")[1];
    const bundle = join(folder, `${round}.bundle`);
    market.ayni("round", "export-bundle", round, "--out", bundle); // which is in a signed head then
    market.ayni("round", "create", "--note", "for another head");
    market.ayni("checkpoint", "create");
    return { folder, round, bundle, token: readFileSync(join(folder, "token"), "utf8").trim(), key: market.json("ledger", "key").verifier };
  })();
  return made;
}

// The bundle as it would be had somebody raised its value.
function tampered({ folder, bundle }) {
  const read = JSON.parse(gunzipSync(readFileSync(bundle)));
  read.statement = [read.statement.join("").replace('"value":"', '"value":"1')];
  const text = JSON.stringify(read).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e");
  const file = join(folder, "cambiado.bundle");
  writeFileSync(file, gzipSync(text));
  return file;
}

const answerOf = (page, method, change) =>
  page.route(`**/ayni.v1.LedgerService/${method}`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: await change(await response.json()) });
  });

const rightOnes = (page) => page.locator("main li.right").count();

async function verifyShownRound(visit) {
  const { page } = visit;
  await page.waitForFunction(() => document.querySelector("#bundle-key")?.value !== "");
  await page.click("form .button.main");
  await page.waitForSelector(".verdict.good");
  assert.ok((await page.locator(".findings li.right").count()) >= 18);
  assert.equal(await page.locator(".findings li.wrong").count(), 0);
}

export const proofTasks = {
  async verifiesTheLedger({ visit, market }) {
    const { page } = visit;
    const { token, key } = prepared(market);
    market.ayni("checkpoint", "create");
    await visit.signIn(token);
    await visit.go("ledger");
    await page.waitForSelector("#key-title");
    assert.equal(await page.locator("[role=alert]").count(), 0);
    await visit.look("first-seen");
    await page.fill("#pasted-key", `${key.slice(0, -4)}AAA=`);
    await page.press("#pasted-key", "Enter");
    await page.waitForSelector("form .note.bad");
    await page.fill("#pasted-key", key);
    await page.press("#pasted-key", "Enter");
    await page.waitForSelector("form .note.good");
    await visit.look("compared");

    market.ayni("round", "create", "--note", "for the ledger to grow");
    market.ayni("checkpoint", "create");
    await page.click("main section .button >> nth=0");
    await page.getByText(visit.word("El libro sólo creció", "The ledger only grew")).waitFor();
    await visit.look("grew");

    await visit.go("ledger");
    await page.click("main ul.list a.card >> nth=3");
    await page.getByText(visit.word("Está en el libro firmado.", "It is in the signed ledger.")).waitFor();
    await visit.settled();
    assert.ok((await rightOnes(page)) >= 4);
    await visit.look("entry");
  },

  async verifiesARound({ visit, market }) {
    const { token, round } = prepared(market);
    await visit.signIn(token);
    await visit.go(`verify?round=${round}`);
    await visit.look("asking");
    await verifyShownRound(visit);
    await visit.look("verified");
  },

  async isToldOfWhatWasChanged({ visit, market }) {
    const { page } = visit;
    const { token, bundle, key } = prepared(market);
    await visit.signIn(token);
    await visit.go("verify");
    await page.check("input[value=file]");
    await page.click("form .button.main");
    await page.waitForSelector("#bundle-file-wrong");
    for (const [file, wrong] of [[bundle, 0], [tampered(prepared(market)), 2]]) {
      await page.setInputFiles("#bundle-file", file);
      await page.click("form .button.main");
      await page.waitForSelector(wrong === 0 ? ".verdict.good" : ".verdict.bad");
      assert.equal(await page.locator(".findings li.wrong").count(), wrong);
    }
    await visit.look("tampered");

    // Another key than the one that this browser saw first.
    const other = "otro.example/ayni+7b6d3c5a+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
    await answerOf(page, "GetLedgerKey", (answer) => ({ ...answer, verifier: other }));
    await visit.go("ledger");
    await page.waitForSelector(".alarm");
    await visit.look("key-changed");
    assert.ok((await page.textContent("main")).includes(key));
    await page.unroute("**/ayni.v1.LedgerService/GetLedgerKey");

    // The ledger as it was before.
    const oldest = market.json("checkpoint", "list")[0];
    await answerOf(page, "GetCheckpoint", (answer) => ({ ...answer, leafCount: oldest.leaf_count, note: oldest.note, rootHash: oldest.root_hash }));
    await page.click("main section .button >> nth=0");
    await page.getByText(visit.word("Faltan asientos", "Entries are missing")).waitFor();
    await visit.look("rolled-back");
  },

  async readsWithoutAnAccount({ visit, market }) {
    const { page } = visit;
    prepared(market);
    await page.goto(visit.site.url);
    await page.click("main a.card");
    await page.waitForSelector("main h1[tabindex]");
    await page.waitForSelector("#thin");
    await visit.look("public");
    await page.evaluate(() => document.getElementById("concentration").scrollIntoView());
    await visit.shoot("concentration");
    await page.evaluate(() => document.getElementById("groups").scrollIntoView());
    await visit.shoot("groups");
    await visit.go("public/ledger");
    await page.waitForSelector("#key-title");
    assert.equal(await page.locator("[role=alert]").count(), 0);
    await visit.look("public-ledger");
    await visit.go("public");
    await page.click(".proved .button");
    await page.waitForSelector("#bundle-round");
    await verifyShownRound(visit);
    await visit.look("public-verified");
    // Nobody is signed in, and nothing else is shown.
    await page.goto(`${visit.site.url}/#/ledger`);
    await page.waitForSelector("#token");
  },
};
