// Findings and relations as people read them.
import { ConflictSeverity, type Conflict, type ConflictEdge } from "../../generated/ayni/v1/conflict_pb";
import { RelationSource_Kind, RelationStanding, RelationType, type RelationSource } from "../../generated/ayni/v1/relation_pb";
import { catalogue, lastId } from "../api/catalogue.svelte";
import { dayText, shareText } from "../words/format";
import { t, words, type Key } from "../words/words.svelte";

export const severities: Partial<Record<ConflictSeverity, { label: Key; icon: "stop" | "warn" | "eye"; tint: "bad" | "look" | "info" }>> = {
  [ConflictSeverity.BLOCK]: { label: "conflict.block", icon: "stop", tint: "bad" },
  [ConflictSeverity.FLAG]: { label: "conflict.flag", icon: "warn", tint: "look" },
  [ConflictSeverity.DISCLOSE]: { label: "conflict.disclose", icon: "eye", tint: "info" },
};
const sources: Partial<Record<RelationSource_Kind, Key>> = {
  [RelationSource_Kind.DECLARED]: "source.declared",
  [RelationSource_Kind.REGISTER]: "source.register",
  [RelationSource_Kind.DOCUMENT]: "source.document",
  [RelationSource_Kind.MARKET]: "source.market",
};

// Of rules too, which have texts in the same form.
export function textOf({ texts, reason }: Pick<Conflict, "texts" | "reason">): string {
  return texts[words.language] ?? texts.spa ?? texts.eng ?? reason;
}

// One relation as a sentence, which ends in one full stop, whatever its last name ends in.
export function relationText({ subject, type, object }: Pick<ConflictEdge, "subject" | "type" | "object">): string {
  return t(`relation.${RelationType[type]}` as Key, { subject: catalogue.partyName(subject), object: catalogue.partyName(object) }).replace(/\.\.$/, ".");
}

export function sourceText(source: RelationSource | undefined): string {
  const kind = t((source && sources[source.kind]) ?? "source.unknown");
  return source?.reference ? `${kind}: ${source.reference}` : kind;
}

// The days on which it holds.
export function heldText({ startDate, endDate }: Pick<ConflictEdge, "startDate" | "endDate">): string {
  if (startDate && endDate) return t("tie.between", { start: dayText(startDate), end: dayText(endDate) });
  if (startDate) return t("relation.from", { day: dayText(startDate) });
  return endDate ? t("tie.until", { day: dayText(endDate) }) : t("tie.noDates");
}

// What stands beside an arrow: what it is, when, whence, and who says so.
export function tieLines(edge: ConflictEdge): string[] {
  const share = edge.shareBasisPoints > 0 ? ` ${shareText(edge.shareBasisPoints)}` : "";
  const said = edge.declaredBy === "" ? [] : [t("tie.saidBy", { who: lastId(edge.declaredBy) })];
  const standing = edge.standing === RelationStanding.CLAIMED ? [t("conflict.unconfirmed")] : [];
  return [t(`tie.${RelationType[edge.type]}` as Key) + share, heldText(edge), sourceText(edge.source), ...said, ...standing];
}
