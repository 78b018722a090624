// What each side can do with a match now.
import { ConflictSeverity } from "../../generated/ayni/v1/conflict_pb";
import { Match_State, type Match } from "../../generated/ayni/v1/match_pb";
import type { Part } from "../api/session.svelte";

export type Step = "acknowledge" | "accept" | "decline" | "start" | "deliver" | "confirm" | "settle" | "cancel" | "dispute";

export function needsAcknowledgement(match: Match): boolean {
  return (
    match.acknowledgeTime === undefined &&
    match.conflicts.some(({ severity, waiver }) => severity === ConflictSeverity.FLAG && waiver === "")
  );
}

export function stepsOf(match: Match, part: Part): Step[] {
  const isCooperative = part === "cooperative";
  const ownYes = isCooperative ? match.cooperativeYes : match.tapYes;
  switch (match.state) {
    case Match_State.PROPOSED:
      if (ownYes !== undefined) return ["decline"];
      return isCooperative && needsAcknowledgement(match) ? ["acknowledge", "accept", "decline"] : ["accept", "decline"];
    case Match_State.ACCEPTED:
      return isCooperative ? ["dispute", "cancel"] : ["start", "cancel", "dispute"];
    case Match_State.IN_SERVICE:
      return isCooperative ? ["dispute", "cancel"] : ["deliver", "cancel", "dispute"];
    case Match_State.DELIVERED:
      return isCooperative ? ["confirm", "dispute"] : ["dispute"];
    case Match_State.CONFIRMED:
      return isCooperative ? ["dispute"] : ["settle", "dispute"];
    default:
      return [];
  }
}

// Whether it waits for this side.
export function isTodo(match: Match, part: Part): boolean {
  return stepsOf(match, part).some((step) => ["accept", "start", "deliver", "confirm", "settle"].includes(step));
}
