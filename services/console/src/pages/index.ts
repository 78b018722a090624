// Which page stands at which address, for whom, and whose words it says: tests/page_words.test.ts finds what is missing.
import type { Component } from "svelte";
import type { Part } from "../api/session.svelte";
import type { Area } from "../words/areas";
import { words } from "../words/words.svelte";

export interface Page {
  load: () => Promise<{ default: Component }>;
  areas: Area[];
}
const saying = (...areas: Area[]) => (load: Page["load"]): Page => ({ load, areas });
const first = saying("first");
const member = saying("market", "member");
const office = saying("market", "office");
const policy = saying("market", "office", "policy");
const report = saying("market", "office", "report");
const proof = saying("market", "proof");

// :x stands for any one part of an address.
const cooperative: Record<string, Page> = {
  "": member(() => import("./Home.svelte")),
  needs: member(() => import("./Needs.svelte")),
  "needs/new": member(() => import("./NeedForm.svelte")),
  "needs/import": member(() => import("./NeedImport.svelte")),
  "needs/:x": member(() => import("./NeedPage.svelte")),
  matches: member(() => import("./Matches.svelte")),
  "matches/:x/:x": member(() => import("./MatchPage.svelte")),
  outbox: member(() => import("./Outbox.svelte")),
};
const tap: Record<string, Page> = {
  "": member(() => import("./Home.svelte")),
  offers: member(() => import("./Offers.svelte")),
  "offers/new": member(() => import("./OfferForm.svelte")),
  "offers/:x/edit": member(() => import("./OfferForm.svelte")),
  matches: member(() => import("./Matches.svelte")),
  "matches/:x/:x": member(() => import("./MatchPage.svelte")),
  calendar: member(() => import("./Calendar.svelte")),
  route: member(() => import("./RouteSheet.svelte")),
  "passed-over": member(() => import("./PassedOver.svelte")),
  credentials: member(() => import("./Credentials.svelte")),
  shares: member(() => import("./Shares.svelte")),
  relations: member(() => import("./Relations.svelte")),
  outbox: member(() => import("./Outbox.svelte")),
};
// An auditor sees what an administrator sees, and changes nothing.
const overseer: Record<string, Page> = {
  conflicts: office(() => import("./ConflictInbox.svelte")),
  "conflicts/check": office(() => import("./ConflictCheck.svelte")),
  "conflicts/matches/:x/:x": office(() => import("./ConflictMatch.svelte")),
  "conflicts/waivers": office(() => import("./Waivers.svelte")),
  "conflicts/waivers/:x": office(() => import("./WaiverPage.svelte")),
  policies: policy(() => import("./Policies.svelte")),
  "policies/new": policy(() => import("./PolicyEditor.svelte")),
  "policies/:x": policy(() => import("./PolicyPage.svelte")),
  "policies/:x/edit": policy(() => import("./PolicyEditor.svelte")),
  "policies/:x/try": policy(() => import("./PolicyTry.svelte")),
  "policies/:x/sweep": policy(() => import("./PolicySweep.svelte")),
  appeals: office(() => import("./Appeals.svelte")),
  "appeals/:x": office(() => import("./AppealPage.svelte")),
  disputes: office(() => import("./Disputes.svelte")),
  "disputes/:x/:x": office(() => import("./DisputePage.svelte")),
  "": office(() => import("./Overview.svelte")),
  rounds: office(() => import("./Rounds.svelte")),
  "rounds/new": office(() => import("./RoundForm.svelte")),
  "rounds/:x": report(() => import("./RoundPage.svelte")),
  "rounds/:x/fairness": report(() => import("./Fairness.svelte")),
  "rounds/:x/fairness/:x/:x": report(() => import("./FairnessMatches.svelte")),
  "rounds/:x/limits": report(() => import("./LimitValues.svelte")),
  concentration: report(() => import("./Concentration.svelte")),
  needs: office(() => import("./AllNeeds.svelte")),
  "needs/:x/:x": report(() => import("./NeedWhy.svelte")),
  access: office(() => import("./Access.svelte")),
  ledger: proof(() => import("./Ledger.svelte")),
  "ledger/:x": proof(() => import("./LedgerEntryPage.svelte")),
  verify: proof(() => import("./Verify.svelte")),
  outbox: member(() => import("./Outbox.svelte")),
};
// Of whoever has no account, and of everybody else too.
const everybody: Record<string, Page> = {
  "": proof(() => import("./PublicRounds.svelte")),
  ledger: proof(() => import("./PublicLedger.svelte")),
  verify: proof(() => import("./PublicVerify.svelte")),
};
const others: Record<string, Page> = { "": first(() => import("./OtherRole.svelte")) };

const pagesOf: Partial<Record<Part, Record<string, Page>>> = { cooperative, tap, administrator: overseer, auditor: overseer };

export function isPublic(path: string[]): boolean {
  return path[0] === "public";
}

export const allPages: Page[] = [cooperative, tap, overseer, everybody, others].flatMap((pages) => Object.values(pages));

// `part`: undefined of whoever has not signed in.
export async function findPage(part: Part | undefined, address: string[]): Promise<Component> {
  const pages = isPublic(address) ? everybody : ((part && pagesOf[part]) ?? others);
  const path = isPublic(address) ? address.slice(1) : address;
  const found = Object.entries(pages).find(([pattern]) => {
    const parts = pattern === "" ? [] : pattern.split("/");
    return parts.length === path.length && parts.every((each, i) => each === ":x" || each === path[i]);
  });
  const { load, areas } = found?.[1] ?? pages[""]!;
  const [page] = await Promise.all([load(), words.bring(areas)]);
  return page.default;
}
