import type { Refusal } from "../api/refusal";
import { t, type Key } from "../words/words.svelte";

// What people read of a refusal: of the reasons that they meet, in their own words.
const byReason: Record<string, Key> = {
  ROLE_FORBIDDEN: "refused.forbidden",
  NOT_OWN: "refused.forbidden",
  FIELD_FORBIDDEN: "refused.forbidden",
  ETAG_MISMATCH: "refused.changed",
  SECOND_ADMINISTRATOR_NEEDED: "barred.second",
  POLICY_NEEDS_SECOND_ADMINISTRATOR: "barred.secondPolicy",
  ADMINISTRATOR_INVOLVED: "barred.involved",
  PARTY_CONCERNED: "barred.concerned",
  NO_MARKET_KEPT: "barred.market",
  NO_ACTIVE_POLICY: "barred.policy",
  CLEARING_UNDER_WAY: "barred.clearing",
};
const byCode: Record<string, Key> = {
  InvalidArgument: "refused.fields",
  Unauthenticated: "refused.token",
  PermissionDenied: "refused.forbidden",
  NotFound: "refused.missing",
  AlreadyExists: "refused.exists",
  Aborted: "refused.changed",
  FailedPrecondition: "refused.state",
  Unavailable: "refused.unreachable",
  DeadlineExceeded: "refused.unreachable",
  ResourceExhausted: "refused.busy",
};

// Of an account or a token both who made it and whose it is may be the one that is asked.
function reasonKey({ reason, metadata }: Refusal): Key | undefined {
  return reason === "SECOND_ADMINISTRATOR_NEEDED" && "created_by" in metadata ? "barred.approval" : byReason[reason];
}

export function refusalText(refusal: Refusal): string {
  return t(reasonKey(refusal) ?? byCode[refusal.code] ?? "refused.other", { ...refusal.metadata, deed: deedText(refusal.metadata.method ?? "") });
}

// What somebody did, by the method as the ledger names it.
function deedText(method: string): string {
  const name = method.slice(method.lastIndexOf("/") + 1);
  const key = `deed.${name}` as Key;
  return t(key) === key ? name : t(key);
}
