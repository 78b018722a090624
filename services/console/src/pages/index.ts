// Which page stands at which address, for whom.
import type { Component } from "svelte";
import type { Part } from "../api/session.svelte";

type Loader = () => Promise<{ default: Component }>;

// :x stands for any one part of an address.
const cooperative: Record<string, Loader> = {
  "": () => import("./Home.svelte"),
  needs: () => import("./Needs.svelte"),
  "needs/new": () => import("./NeedForm.svelte"),
  "needs/import": () => import("./NeedImport.svelte"),
  "needs/:x": () => import("./NeedPage.svelte"),
  matches: () => import("./Matches.svelte"),
  "matches/:x/:x": () => import("./MatchPage.svelte"),
  outbox: () => import("./Outbox.svelte"),
};
const tap: Record<string, Loader> = {
  "": () => import("./Home.svelte"),
  offers: () => import("./Offers.svelte"),
  "offers/new": () => import("./OfferForm.svelte"),
  "offers/:x/edit": () => import("./OfferForm.svelte"),
  matches: () => import("./Matches.svelte"),
  "matches/:x/:x": () => import("./MatchPage.svelte"),
  calendar: () => import("./Calendar.svelte"),
  route: () => import("./RouteSheet.svelte"),
  "passed-over": () => import("./PassedOver.svelte"),
  credentials: () => import("./Credentials.svelte"),
  shares: () => import("./Shares.svelte"),
  relations: () => import("./Relations.svelte"),
  outbox: () => import("./Outbox.svelte"),
};
// An auditor sees what an administrator sees, and changes nothing.
const overseer: Record<string, Loader> = {
  conflicts: () => import("./ConflictInbox.svelte"),
  "conflicts/check": () => import("./ConflictCheck.svelte"),
  "conflicts/matches/:x/:x": () => import("./ConflictMatch.svelte"),
  "conflicts/waivers": () => import("./Waivers.svelte"),
  "conflicts/waivers/:x": () => import("./WaiverPage.svelte"),
  policies: () => import("./Policies.svelte"),
  "policies/new": () => import("./PolicyEditor.svelte"),
  "policies/:x": () => import("./PolicyPage.svelte"),
  "policies/:x/edit": () => import("./PolicyEditor.svelte"),
  "policies/:x/try": () => import("./PolicyTry.svelte"),
  "policies/:x/sweep": () => import("./PolicySweep.svelte"),
  appeals: () => import("./Appeals.svelte"),
  "appeals/:x": () => import("./AppealPage.svelte"),
  disputes: () => import("./Disputes.svelte"),
  "disputes/:x/:x": () => import("./DisputePage.svelte"),
  "": () => import("./Overview.svelte"),
  rounds: () => import("./Rounds.svelte"),
  "rounds/new": () => import("./RoundForm.svelte"),
  "rounds/:x": () => import("./RoundPage.svelte"),
  "rounds/:x/fairness": () => import("./Fairness.svelte"),
  "rounds/:x/limits": () => import("./LimitValues.svelte"),
  concentration: () => import("./Concentration.svelte"),
  needs: () => import("./AllNeeds.svelte"),
  "needs/:x/:x": () => import("./NeedWhy.svelte"),
  ledger: () => import("./Ledger.svelte"),
  "ledger/:x": () => import("./LedgerEntryPage.svelte"),
  verify: () => import("./Verify.svelte"),
  outbox: () => import("./Outbox.svelte"),
};
// Of whoever has no account, and of everybody else too.
const everybody: Record<string, Loader> = {
  "": () => import("./PublicRounds.svelte"),
  ledger: () => import("./PublicLedger.svelte"),
  verify: () => import("./PublicVerify.svelte"),
};
const others: Record<string, Loader> = { "": () => import("./NotYet.svelte") };

const pagesOf: Partial<Record<Part, Record<string, Loader>>> = { cooperative, tap, administrator: overseer, auditor: overseer };

export function isPublic(path: string[]): boolean {
  return path[0] === "public";
}

// `part`: undefined of whoever has not signed in.
export async function findPage(part: Part | undefined, address: string[]): Promise<Component> {
  const pages = isPublic(address) ? everybody : ((part && pagesOf[part]) ?? others);
  const path = isPublic(address) ? address.slice(1) : address;
  const found = Object.entries(pages).find(([pattern]) => {
    const parts = pattern === "" ? [] : pattern.split("/");
    return parts.length === path.length && parts.every((each, i) => each === ":x" || each === path[i]);
  });
  const load = found?.[1] ?? pages[""]!;
  return (await load()).default;
}
