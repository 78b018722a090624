// What members come to do, each from signing in to done.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const year = new Date().getFullYear() + 1;

// A round, and the tokens of a cooperative and a TAP that it gave something.
export function prepare(market) {
  market.ayni("round", "run", "--note", "browser tests");
  const matches = market.json("match", "list", "--round", "-");
  const proposed = matches.filter(({ state }) => state === "STATE_PROPOSED");
  const count = (field) => {
    const counts = new Map();
    for (const match of proposed) counts.set(match[field], (counts.get(match[field]) ?? 0) + 1);
    return [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name.split("/")[1]);
  };
  const [cooperative] = count("cooperative");
  const [tap] = count("tap");
  return {
    cooperative,
    tap,
    wanted: anOfferWithRoom(market),
    // One for each window: what is accepted is not proposed any more.
    others: proposed.filter((match) => !match.cooperative.endsWith(`/${cooperative}`) && !match.tap.endsWith(`/${tap}`)),
    token: tokens(market),
    cooperativeToken: market.token("COOPERATIVE", cooperative),
    tapToken: market.token("TAP", tap),
  };
}

// A token a party, made when it is first asked for.
function tokens(market) {
  const made = new Map();
  return (role, party) => {
    if (!made.has(party)) made.set(party, market.token(role, party.split("/")[1]));
    return made.get(party);
  };
}

// The one with the most units left among those that name a district: what is asked for in its words has a candidate.
function anOfferWithRoom(market) {
  const left = ({ capacity, booked_quantity: booked = "0" }) => Number(capacity) - Number(booked);
  const district = ({ coverage }) => coverage.territories?.find((name) => /\.\d{6}$/.test(name));
  const [offer] = market.json("offer", "list", "--tap", "-").filter(district).sort((a, b) => left(b) - left(a));
  const day = ({ year, month, day }) => `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  return {
    service: offer.service,
    chain: offer.value_chains[0],
    place: market.json("territory", "get", district(offer).split("/")[1]).display_name,
    quantity: String(Math.min(left(offer), Math.max(Number(offer.smallest_lot ?? 1), 10))),
    start: day(offer.window.start_date),
    end: day(offer.window.end_date),
    price: String((2 * Number(offer.unit_price.minor_units)) / 100).replace(".", ","),
    languages: offer.languages,
  };
}

const needCount = (market, { cooperative }) =>
  market.json("need", "list", "--cooperative", cooperative).length;

async function fillNeed(visit, { wanted }, { note, look = false }) {
  const { page } = visit;
  const next = () => page.click(".foot .main");
  await visit.go("needs/new");
  await page.check(`input[name=service][value="${wanted.service}"]`);
  if (look) await visit.look("service");
  await next();
  await page.check(`input[name=chain][value="${wanted.chain}"]`);
  if (look) await visit.look("chain");
  await next();
  await page.waitForSelector("svg path.part");
  if (look) {
    await next(); // without a place: refused in place
    await page.waitForSelector(".note.bad");
  }
  await page.fill("#need-place-search", wanted.place.toLowerCase());
  await page.click(".found button >> nth=0");
  await page.waitForSelector(".note.good");
  if (look) await visit.look("place");
  await next();
  if (look) {
    await next();
    assert.equal(await page.getAttribute("#quantity", "aria-invalid"), "true");
    await visit.look("amount-wrong");
  }
  await page.fill("#quantity", wanted.quantity);
  await page.fill("#start", wanted.start);
  await page.fill("#end", wanted.end);
  await page.fill("#price", wanted.price);
  if (look) await visit.look("amount");
  await next();
  for (const language of wanted.languages) await page.check(`input[value=${language}]`);
  await page.fill("#note", note);
  if (look) await visit.look("how");
  await next();
  await page.waitForSelector("dl.card");
  await visit.settled();
  if (look) await visit.look("review");
}

export const all = {
  async postsANeed({ visit, market, members }) {
    const before = needCount(market, members);
    await visit.signIn(members.cooperativeToken);
    await visit.look("home");
    await fillNeed(visit, members, { note: "Preguntar por la señora Núñez", look: true });
    await visit.page.click(".foot .main");
    await visit.page.waitForURL(/posted/);
    await visit.page.waitForSelector("article");
    await visit.page.click("article summary >> nth=0");
    await visit.look("candidates");
    assert.equal(needCount(market, members), before + 1);
    await visit.go("needs");
    await visit.look("needs");
  },

  async answersProposals({ visit, members }) {
    const { page } = visit;
    await visit.signIn(members.cooperativeToken);
    await visit.go("matches");
    await visit.look("proposals");
    await page.click("main .card.link >> nth=0");
    await page.waitForSelector("#steps");
    await visit.look("proposal");
    const seen = page.locator("section .tick input[type=checkbox]");
    if ((await seen.count()) > 0) {
      await page.click("section .button.main");
      await page.waitForSelector("#seen-wrong");
      await seen.check();
    }
    await page.click("section .button.main");
    await page.getByText(visit.word("La cooperativa dijo sí", "The cooperative said yes")).waitFor();
    await visit.look("accepted");

    await visit.go("matches");
    await page.click("main .card.link >> nth=1");
    await page.waitForSelector("#steps");
    await page.getByRole("button", { name: visit.word("No aceptar", "Decline"), exact: true }).click();
    await page.click("form .button.main");
    await page.waitForSelector("#reason-wrong");
    await page.fill("#reason", "Esos días hay feria");
    await visit.look("declining");
    await page.click("form .button.main");
    await page.locator("h1 + .tag", { hasText: visit.word("No aceptada", "Not accepted") }).waitFor();
    await visit.look("declined");
  },

  async worksWithoutANetwork({ visit, market, site, members }) {
    const { page, context } = visit;
    const before = needCount(market, members);
    await visit.signIn(members.cooperativeToken);
    await visit.go("needs");
    await page.evaluate(() => navigator.serviceWorker.ready);
    await fillNeed(visit, members, { note: `sin señal ${visit.width} ${visit.language}` });
    await page.waitForTimeout(500);
    site.state.cut = true;
    await context.setOffline(true);
    await page.click(".foot .main");
    await page.waitForURL(/needs$/);
    await visit.look("kept");

    // The window is loaded again, from what the service worker keeps; what was read stands there with its time.
    await page.reload();
    await page.waitForSelector("main h1[tabindex]");
    await visit.settled();
    assert.ok((await page.locator("main .list li").count()) > 0);
    assert.ok(await page.getByText(visit.word("Así estaba", "As it stood")).count());
    await visit.go("outbox");
    assert.equal(await page.locator("main li.card").count(), 1);
    await visit.look("outbox");
    assert.equal(needCount(market, members), before);
    // Another language is at hand too, for this page and for those of before.
    const [own, other] = [visit.word("spa", "eng"), visit.word("eng", "spa")];
    await page.selectOption("#language", other);
    await page.locator("main h1", { hasText: visit.word("To be sent", "Por enviar") }).waitFor();
    await visit.look("other-language");
    await page.selectOption("#language", own);
    await page.locator("main h1", { hasText: visit.word("Por enviar", "To be sent") }).waitFor();

    await context.setOffline(false);
    site.state.cut = false;
    await page.click("main .button.main");
    await page.waitForSelector("main .empty");
    await visit.look("sent");
    await page.reload();
    await page.waitForSelector("main h1[tabindex]");
    await page.waitForTimeout(800);
    assert.equal(needCount(market, members), before + 1);
  },

  async bringsASheet({ visit, market, members }) {
    const { page } = visit;
    const file = join(tmpdir(), `ayni-sheet-${process.pid}.csv`);
    const row = (service, quantity, price) =>
      `${service};Alpaca;"Sicuani, Canchis";${quantity};15/01/${year};28/02/${year};${price};PEN;"quz, spa";alta;"Núñez ${visit.width} ${visit.language}"`;
    const lines = [
      "servicio;cadena;distrito;cantidad;desde;hasta;precio máximo;moneda;idiomas;urgencia;nota",
      row("Dosificación", "120", "2,50"),
      row("Dosificasion", "1.200", "2,50"),
      row("Vacunación", "80", "0"),
    ];
    writeFileSync(file, `\uFEFF${lines.join("\r\n")}\r\n`);
    const before = needCount(market, members);
    await visit.signIn(members.cooperativeToken);
    await visit.go("needs/import");
    await page.setInputFiles("#file", file);
    await page.waitForSelector("td.bad");
    await visit.settled();
    await page.waitForFunction(() => document.querySelector("main [role=status] .tag") !== null);
    await visit.look("wrong-cells");
    for (const right of ["Dosificación"]) {
      const cell = page.locator('td.bad input[aria-label*="3,"]').first();
      await cell.fill(right);
      await cell.press("Tab");
    }
    await page.waitForTimeout(400);
    const price = page.locator('td.bad input[aria-label*="4,"]');
    if ((await price.count()) > 0) {
      await price.first().fill("2,80");
      await price.first().press("Tab");
    }
    await page.waitForSelector(".tag.good");
    await visit.look("all-right");
    await page.click(".row.apart .button.main");
    await page.waitForSelector(".note.good");
    await visit.look("posted");
    assert.equal(needCount(market, members), before + 3);

    // The same file again asks for nothing twice.
    await page.setInputFiles("#file", []);
    writeFileSync(file, `\uFEFF${lines.slice(0, 2).join("\r\n")}\r\n`);
    await page.setInputFiles("#file", file);
    await page.waitForSelector(".tag.good");
    await page.click(".row.apart .button.main");
    await page.waitForSelector(".note.good");
    assert.equal(needCount(market, members), before + 3);
  },

  async carriesAMatchThrough({ visit, market, members }) {
    const { page } = visit;
    const match = members.others.shift();
    const [, round, , id] = match.name.split("/");
    const state = () => market.json("match", "get", `${round}/${id}`).state;
    const as = async (role, party) => {
      await visit.leave();
      await visit.signIn(members.token(role, party));
      await visit.go(`matches/${round}/${id}`);
      await page.waitForSelector("#steps");
    };
    const press = (spanish, english) => page.getByRole("button", { name: visit.word(spanish, english), exact: true }).click();
    const becomes = (spanish, english) => page.locator("h1 + .tag", { hasText: visit.word(spanish, english) }).waitFor();

    await as("COOPERATIVE", match.cooperative);
    const seen = page.locator("section .tick input[type=checkbox]");
    if ((await seen.count()) > 0) await seen.check();
    await press("Aceptar", "Accept");
    await page.locator("#steps ~ .note.good").waitFor();

    await as("TAP", match.tap);
    await press("Aceptar", "Accept");
    await becomes("Acordada", "Agreed");
    await visit.look("agreed");
    await press("Empezar el trabajo", "Begin the work");
    await becomes("En trabajo", "At work");
    await press("Entregar", "Deliver");
    await page.fill("#report", "Hecho, con registro firmado");
    await visit.look("delivering");
    await page.click("form .button.main");
    await becomes("Entregada", "Delivered");

    await as("COOPERATIVE", match.cooperative);
    await press("Confirmar el trabajo", "Confirm the work");
    await page.click("form .button.main");
    await page.waitForSelector("#benefit-wrong");
    await page.fill("#benefit", "Los animales recuperan peso");
    await page.check("input[name=rating][value='4']");
    await visit.look("confirming");
    await page.click("form .button.main");
    await becomes("Confirmada", "Confirmed");
    await visit.look("confirmed");
    assert.equal(state(), "STATE_CONFIRMED");
  },

  async servesAsATap({ visit, market, members }) {
    const { page } = visit;
    const offers = () => market.json("offer", "list", "--tap", members.tap).length;
    const before = offers();
    await visit.signIn(members.tapToken);
    for (const path of ["", "offers", "matches", "calendar", "route", "passed-over", "shares", "credentials", "relations", "outbox"]) {
      await visit.go(path);
      await visit.look(path || "home");
    }
    await visit.go("offers/new");
    await page.selectOption("#service", { index: 1 });
    await page.check("fieldset input[type=checkbox] >> nth=0");
    await page.click("form .button.main >> nth=-1");
    await page.waitForSelector(".wrong");
    await visit.look("offer-wrong");
    await page.fill("#price", "9,90");
    await page.fill("#capacity", "40");
    await page.fill("#start", `${year}-01-10`);
    await page.fill("#end", `${year}-04-30`);
    await page.waitForSelector("#coverage-search");
    await page.fill("#coverage-search", "tinta");
    await page.click(".found button >> nth=0");
    await page.click("form .button.main >> nth=-1");
    await page.waitForURL(/offers$/);
    await visit.settled();
    assert.equal(offers(), before + 1);
    await visit.look("offers");
  },
};
