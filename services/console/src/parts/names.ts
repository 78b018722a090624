// Enumerators as people read them.
import { Unit } from "../../generated/ayni/v1/catalogue_pb";
import { Match_State } from "../../generated/ayni/v1/match_pb";
import { Urgency } from "../../generated/ayni/v1/need_pb";
import { catalogue } from "../api/catalogue.svelte";
import { t, words, type Key } from "../words/words.svelte";

// 12 animals.
export function unitText(unit: Unit | undefined, n: number | bigint): string {
  return t(`unit.${Unit[unit ?? Unit.UNSPECIFIED]}` as Key, { n: Number(n) });
}

// A unit.
export function oneUnitText(unit: Unit | undefined): string {
  return unitText(unit, 1).replace(/^1\s+/, "");
}

export function quantityText(service: string, n: number | bigint): string {
  return unitText(catalogue.service(service)?.unit, n);
}

// Those that market members speak; others are shown by their code.
export const spoken = ["spa", "quz", "quy", "qwh", "ayr", "cni", "por"] as const;

export function languageText(code: string): string {
  return (spoken as readonly string[]).includes(code) ? t(`lang.${code}` as Key) : code;
}

export function languagesText(codes: string[]): string {
  return new Intl.ListFormat(words.tag, { type: "conjunction" }).format(codes.map(languageText));
}

export const urgencyKeys: [Urgency, Key][] = [
  [Urgency.NORMAL, "urgency.normal"],
  [Urgency.HIGH, "urgency.high"],
  [Urgency.CRITICAL, "urgency.critical"],
];

export const matchStates: Record<Match_State, { label: Key; tint: "" | "good" | "look" | "bad" | "info" }> = {
  [Match_State.UNSPECIFIED]: { label: "match.state.unknown", tint: "" },
  [Match_State.PROPOSED]: { label: "match.state.proposed", tint: "look" },
  [Match_State.UNDONE]: { label: "match.state.undone", tint: "" },
  [Match_State.ACCEPTED]: { label: "match.state.accepted", tint: "good" },
  [Match_State.DECLINED]: { label: "match.state.declined", tint: "" },
  [Match_State.LAPSED]: { label: "match.state.lapsed", tint: "" },
  [Match_State.IN_SERVICE]: { label: "match.state.inService", tint: "info" },
  [Match_State.DELIVERED]: { label: "match.state.delivered", tint: "look" },
  [Match_State.CONFIRMED]: { label: "match.state.confirmed", tint: "good" },
  [Match_State.SETTLED]: { label: "match.state.settled", tint: "good" },
  [Match_State.CANCELLED]: { label: "match.state.cancelled", tint: "" },
  [Match_State.DISPUTED]: { label: "match.state.disputed", tint: "bad" },
};
