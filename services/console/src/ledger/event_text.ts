// What a ledger's event says, in plain words.
import type { LedgerEvent } from "../../generated/ayni/v1/ledger_pb";
import { t, type Key } from "../words/words.svelte";

// Its digits are twelve.
export function entryName(index: number | string): string {
  return `ledgerEntries/${String(index).padStart(12, "0")}`;
}

// By the last collection of the resource's name.
const kinds = [
  "parties", "needs", "needTemplates", "offers", "matches", "rounds", "segmentReports", "policies", "relations", "credentials",
  "waivers", "services", "valueChains", "territories", "principals", "tokens", "agreements", "appeals", "budgets", "skills",
  "subscriptions", "notices", "mergeProposals", "operations", "checkpoints",
] as const;

export type EventChange = "made" | "changed" | "removed";

export function changeOf({ beforeDigest, afterDigest }: LedgerEvent): EventChange {
  if (beforeDigest.length === 0) return "made";
  return afterDigest.length === 0 ? "removed" : "changed";
}

// A need: n-1 of coop-1.
export function resourceText(name: string): string {
  const parts = name.split("/");
  const kind = parts.at(-2) ?? "";
  const known = (kinds as readonly string[]).includes(kind) ? t(`ledger.kind.${kind}` as Key) : kind;
  const id = parts.at(-1) ?? "";
  const of = parts.length > 2 ? parts.at(-3)! : "";
  return of === "" ? `${known} ${id}` : t("ledger.of", { what: `${known} ${id}`, whose: of });
}

export function eventText(event: LedgerEvent): string {
  if (event.resource === "") return t("ledger.hidden");
  return t(`ledger.${changeOf(event)}`, { what: resourceText(event.resource) });
}

// By the first word of a method's name.
const acts = [
  "AddCosignature", "MatchNow", "Create", "Update", "Delete", "Approve", "Disable", "Revoke", "Import", "Publish", "Undo", "Activate",
  "Post", "Acknowledge", "Accept", "Decline", "Start", "Deliver", "Confirm", "Settle", "Cancel", "Dispute", "Decide", "End",
  "Withdraw", "Grant", "Reject", "Suspend", "Reinstate", "Renew", "Rotate", "Retry", "Refresh", "aynid",
] as const;

// Publication, and who asked for it.
export function actText(event: LedgerEvent): string {
  const method = event.method.slice(event.method.lastIndexOf("/") + 1);
  if (method === "") return "";
  const known = acts.find((each) => method.startsWith(each));
  const act = known ? t(`ledger.act.${known}`) : method;
  const whose = event.actor.replace(/^principals\//, "");
  return whose === "" ? t("ledger.byServer", { act }) : t("ledger.by", { act, whose });
}
