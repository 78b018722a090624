// Signing in at an OpenID provider, which is npm's oidc-provider with the pages that it brings for trying out, and what
// becomes of sessions. The console is the one that aynid serves, under the policy that aynid sends with it.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import Provider from "../../../../deploy/npm/node_modules/oidc-provider/lib/index.js";
import { startMarket } from "./market.mjs";

const clientSecret = "a secret of the client: %2B+";

// A port of this machine that is free now.
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startProvider(consoleUrl) {
  const url = `http://127.0.0.1:${await freePort()}`;
  const provider = new Provider(url, {
    clients: [{ client_id: "ayni", client_secret: clientSecret, redirect_uris: [`${consoleUrl}/session/openid/callback`] }],
    pkce: { required: () => true, methods: ["S256"] },
    cookies: { keys: ["of a test"] },
    features: { devInteractions: { enabled: true } },
  });
  const server = await new Promise((resolve) => {
    const listening = provider.listen(Number(new URL(url).port), "127.0.0.1", () => resolve(listening));
  });
  return { url, stop: () => server.close() };
}

let opened;
function open({ bin, generate, also, folder }, built) {
  opened ??= (async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const provider = await startProvider(url);
    const secretFile = join(folder, "client.secret");
    writeFileSync(secretFile, `${clientSecret}\n`);
    const market = await startMarket(bin, generate, {
      scale: "",
      fourEyes: true,
      settings: ["--http-port", new URL(url).port, "--web", built, "--console-url", url, "--openid-issuer", provider.url,
        "--openid-client-id", "ayni", "--openid-client-secret-file", secretFile, "--openid-name", "Cuenta de Prueba"],
    });
    also.push(provider.stop, () => market.stop());
    return { market, provider, url };
  })();
  return opened;
}

// Through the provider's own pages.
async function signInThere({ page }, login) {
  await page.click("#provider");
  await page.fill("input[name=login]", login);
  await page.fill("input[name=password]", "whatever it takes");
  await page.click("button[type=submit]");
  await page.click("button[type=submit]"); // consents
}

const cookieOf = async ({ context }) => (await context.cookies()).find(({ name }) => name === "__Host-ayni");

// Everything that a script of the page could read.
const withinReach = ({ page }) =>
  page.evaluate(async () => {
    const kept = [];
    for (const { name, version } of await indexedDB.databases()) {
      const open = await new Promise((resolve, reject) => {
        const request = indexedDB.open(name, version);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      for (const store of open.objectStoreNames) {
        const all = open.transaction(store).objectStore(store).getAll();
        kept.push(await new Promise((resolve) => (all.onsuccess = () => resolve(all.result))));
      }
      open.close();
    }
    return JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, kept]);
  });

async function signsInByProvider({ visit, market: main, site }) {
  const { market, provider, url } = await open(main, site.folder);
  const { page } = visit;
  visit.site = { url };
  visit.goesTo = [provider.url, "https://fonts.googleapis.com/"]; // its pages for trying out ask for a font there
  const login = `rosa-${visit.width}-${visit.language.slice(0, 2)}`;
  const id = login.toLowerCase();
  market.ayni("principal", "create", "--id", id, "--role", "AUDITOR", "--display_name", "Rosa Quispe");

  // Whom the market does not know yet is told what to tell the office.
  await page.goto(url);
  await page.waitForSelector("#provider");
  await visit.look("provider");
  await signInThere(visit, login);
  await page.waitForSelector(".account");
  assert.equal(await page.innerText(".account"), login);
  assert.equal(await cookieOf(visit), undefined);
  await visit.look("not-known");
  market.ayni("identity", "create", "--principal", id, "--id", "prueba", "--issuer", provider.url, "--subject", login);

  // The provider still knows the browser. A browser that is to be remembered is, and no script reads by what.
  await page.check("input[type=checkbox]");
  await page.click("#provider");
  await page.waitForSelector("main h1[tabindex]");
  assert.doesNotMatch(page.url(), /session|sign-in|code/);
  await visit.look("signed-in");
  const cookie = await cookieOf(visit);
  assert.ok(cookie.httpOnly && cookie.secure && cookie.sameSite === "Strict" && cookie.path === "/", JSON.stringify(cookie));
  assert.ok(cookie.expires - Date.now() / 1000 > 11 * 3600 && cookie.expires - Date.now() / 1000 <= 12 * 3600, String(cookie.expires));
  const reach = await withinReach(visit);
  assert.ok(reach.includes("Rosa Quispe") && !reach.includes(cookie.value) && !reach.includes("ayni_"), reach);

  // A window that is opened later is signed in too, until one of them leaves; then no one is.
  const other = await visit.context.newPage();
  await other.goto(url);
  await other.waitForSelector("main h1[tabindex]");
  await other.click(`[aria-label="${visit.word("Salir", "Sign out")}"]`);
  await other.click(`text=${visit.word("Salir de este equipo", "Sign out of this device")}`);
  await other.waitForSelector("#token");
  for (let tries = 0; (await cookieOf(visit)) !== undefined; ++tries) {
    assert.ok(tries < 100, "the cookie is still there");
    await other.waitForTimeout(50);
  }
  await page.goto(`${url}/#/rounds`);
  await page.waitForSelector("#token");
  await other.close();

  // What is taken away ends the session at once.
  await page.goto(url);
  await page.click("#provider");
  await page.waitForSelector("main h1[tabindex]");
  assert.equal((await cookieOf(visit)).expires, -1);
  market.ayni("identity", "delete", `${id}/prueba`);
  await page.goto(`${url}/#/rounds`);
  await page.waitForSelector("#token");
}

async function leavesAllDevices({ visit, market, site, members }) {
  const { page } = visit;
  await visit.signIn(members.cooperativeToken);
  const cookie = await cookieOf(visit);
  assert.equal(cookie.expires, -1); // until the browser is closed
  assert.ok(!(await withinReach(visit)).includes(members.cooperativeToken));
  const ask = (value) =>
    fetch(`${site.url}/ayni.v1.AccessService/GetCaller`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie: `__Host-ayni=${value}`, origin: site.url },
      body: "{}",
    }).then(({ status }) => status);
  assert.equal(await ask(cookie.value), 200);

  // Another one, as on a phone that is lost.
  const answer = await fetch(`${site.url}/session`, { method: "POST", headers: { authorization: `Bearer ${members.cooperativeToken}`, origin: site.url } });
  const lost = /__Host-ayni=([^;]+)/.exec(answer.headers.get("set-cookie"))[1];
  assert.equal(await ask(lost), 200);
  await page.click(`[aria-label="${visit.word("Salir", "Sign out")}"]`);
  await visit.look("leaving");
  await page.click(`text=${visit.word("Salir de todos mis equipos", "Sign out of all my devices")}`);
  await page.waitForSelector("#token");
  assert.equal(await ask(lost), 401);
  assert.equal(await ask(cookie.value), 401);
}

// Two windows of one browser: what one of them shows and sends is never another's who signed in meanwhile.
async function keepsPeopleApart({ visit, site, members }) {
  const { page } = visit;
  await visit.signIn(members.cooperativeToken);
  const asked = page.waitForRequest((request) => request.url().includes("ayni.v1"));
  await visit.go("needs");
  assert.match((await (await asked).allHeaders())["x-principal"], /^principals\/cooperative-of-/);
  const other = await visit.context.newPage();
  await other.goto(site.url);
  await other.click(`[aria-label="${visit.word("Salir", "Sign out")}"]`);
  await other.click(`text=${visit.word("Salir de este equipo", "Sign out of this device")}`);
  await other.fill("#token", members.tapToken);
  await other.press("#token", "Enter");
  await other.waitForSelector("main h1[tabindex]");
  // The first window finds out with its next call, and shows whose it is now.
  await page.goto(`${site.url}/#/matches`);
  await page.waitForFunction((name) => document.querySelector("header .who")?.textContent === name, await other.locator("header .who").textContent());
  await other.close();
}

export const signInTasks = { signsInByProvider, leavesAllDevices, keepsPeopleApart };
