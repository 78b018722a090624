// A market in which two administrators decide what takes two, made when a task first asks for it: for each window a lender who
// owns a TAP, an appeal, a dispute, changes of relations, parties that may be one, and an administrator to approve.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startMarket } from "./market.mjs";
import { serve } from "./serve.mjs";

const windows = 4; // each width in each language does what can be done once only

let opened;
export function openOffice({ market, site }) {
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

  // What the second administrator asks of relations that a rule blocks by: one is confirmed in each window, and one rejected.
  const owners = market.json("relation", "list").filter(({ type }) => type === "RELATION_TYPE_OWNS").slice(0, 2 * windows);
  assert.equal(owners.length, 2 * windows, "the sample has too few owners");
  const ask = ({ name }, share, reason) =>
    market.ayni("relation", "update", idOf(name), "--share_basis_points", share, "--reason", reason, "--token-file", join(market.folder, "second.token"));
  for (const owner of owners.slice(0, windows)) ask(owner, "1000", "Vendió casi todo");
  for (const owner of owners.slice(windows)) ask(owner, "1200", "Dice que vendió");

  // Companies of a register that are called as cooperatives are: one is merged in each window, and one is not.
  const cooperatives = market.json("party", "list").filter(({ roles }) => roles.includes("PARTY_ROLE_COOPERATIVE")).slice(0, 2 * windows);
  const companies = cooperatives.map(({ display_name: name }, i) => JSON.stringify({ id: `register-${i}`, schema: "Company", properties: { name: [name] } }));
  const register = join(market.folder, "companies.ftm.json");
  writeFileSync(register, `${companies.join("\n")}\n`);
  market.ayni("market", "import", register);

  // Whom the first administrator makes, with a token of a secret that this one drew.
  const newcomers = Array.from({ length: windows }, (_, i) => {
    const [id, other] = [`eva${i}`, `ana${i}`];
    const file = join(market.folder, `${id}.token`);
    const digest = execFileSync(join(bin, "ayni"), ["token", "draw", "--out", file], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    for (const each of [id, other]) {
      market.ayni("principal", "create", "--id", each, "--role", "ADMINISTRATOR", "--display_name", `Administradora ${each}`);
      market.ayni("token", "create", "--principal", each, "--id", "t1", "--secret-sha256", digest.replace(/^./, each === id ? digest[0] : digest[0] === "0" ? "1" : "0"));
    }
    return { id, other, digest, token: readFileSync(file, "utf8").trim() };
  });

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
  return { market, site: own, auditorToken, lent, newcomers, appealed, disputed };
}

// The window of another person.
export async function as(visit, office, token) {
  visit.site = office.site;
  await visit.leave();
  await visit.signIn(token);
}

export const windowOf = (visit) => (visit.width < 600 ? 0 : 1) + (visit.isEnglish ? 2 : 0);
export const matchPath = ({ name }) => `${name.split("/")[1]}/${name.split("/")[3]}`;
