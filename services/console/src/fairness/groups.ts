// Dimensions of a fairness report and their groups as people read them, and what of it is to be looked at.
import { FairnessDimension, FourFifths, type FairnessCell, type FairnessReport, type FairnessTable } from "../../generated/ayni/v1/fairness_pb";
import { catalogue } from "../api/catalogue.svelte";
import { languageText } from "../parts/names";
import { t, words, type Key } from "../words/words.svelte";

const { TAP_GENDER, TAP_MODEL, TAP_EXPERIENCE, TAP_CERTIFICATION, TAP_DISTRICT, TAP_CHAIN_GENDER } = FairnessDimension;
const ofTaps: ReadonlySet<FairnessDimension> = new Set([TAP_GENDER, TAP_MODEL, TAP_EXPERIENCE, TAP_CERTIFICATION, TAP_DISTRICT, TAP_CHAIN_GENDER]);
const long: ReadonlySet<FairnessDimension> = new Set([FairnessDimension.PROVINCE, FairnessDimension.DISTRICT, TAP_DISTRICT]);

export const isOfTaps = (dimension: FairnessDimension): boolean => ofTaps.has(dimension);
// Of so many groups that only those reached least are shown at first.
export const isLong = (dimension: FairnessDimension): boolean => long.has(dimension);

export function dimensionText(dimension: FairnessDimension): string {
  return t(`fairness.by.${FairnessDimension[dimension]}` as Key);
}

// Words of groups that are no resources: an enumerator, a band.
const groupKeys: Record<string, Key> = {
  unknown: "fairness.group.unknown",
  GENDER_WOMAN: "fairness.group.woman",
  GENDER_MAN: "fairness.group.man",
  GENDER_OTHER: "fairness.group.other",
  TAP_MODEL_COMMUNITY: "fairness.group.community",
  TAP_MODEL_ENTERPRISE: "fairness.group.enterprise",
  TAP_MODEL_PUBLIC: "fairness.group.public",
  TAP_MODEL_ACADEMIC: "fairness.group.academic",
  FORM_COOPERATIVE: "fairness.group.cooperative",
  FORM_ASSOCIATION: "fairness.group.association",
  within_a_year: "fairness.group.withinAYear",
  earlier: "fairness.group.earlier",
  none: "fairness.group.none",
};

function partText(dimension: FairnessDimension, part: string): string {
  if (part.startsWith("territories/")) return catalogue.placeName(part);
  if (part.startsWith("valueChains/")) return catalogue.chainName(part);
  if (groupKeys[part] !== undefined) return t(groupKeys[part]);
  switch (dimension) {
    case FairnessDimension.CREDIT: return t(part === "yes" ? "fairness.group.credit" : "fairness.group.noCredit");
    case FairnessDimension.WOMEN_MEMBERS: return `${part} %`;
    case FairnessDimension.COOPERATIVE_SIZE: return t("fairness.group.members", { band: part.replace("-", "–") });
    case TAP_EXPERIENCE: return part === "under_1" ? t("fairness.group.underAYear") : t("fairness.group.years", { band: part.replace("-", "–") });
    case FairnessDimension.LANGUAGE:
      return new Intl.ListFormat(words.tag, { type: "disjunction" }).format(part.split("+").map(languageText));
    default: return part;
  }
}

export function groupText(dimension: FairnessDimension, group: string): string {
  return group.split(" ").map((part) => partText(dimension, part)).join(", ");
}

export const verdicts: Record<FourFifths, { label: Key | undefined; tint: "" | "good" | "look" | "bad" }> = {
  [FourFifths.UNSPECIFIED]: { label: undefined, tint: "" },
  [FourFifths.REFERENCE]: { label: "fairness.verdict.best", tint: "good" },
  [FourFifths.MET]: { label: "fairness.verdict.met", tint: "" },
  [FourFifths.BELOW_UNSURE]: { label: "fairness.verdict.unsure", tint: "look" },
  [FourFifths.BELOW]: { label: "fairness.verdict.below", tint: "bad" },
  [FourFifths.TOO_FEW]: { label: "fairness.verdict.few", tint: "" },
};

// Of long tables those reached least come first; others keep the order of their bands.
export function shownCells({ dimension, cells }: FairnessTable): FairnessCell[] {
  if (!isLong(dimension)) return cells;
  return cells
    .filter(({ suppressed }) => !suppressed)
    .sort((a, b) => Number(a.reachedRatePpm - b.reachedRatePpm) || Number(b.askedCount - a.askedCount));
}

export interface Look {
  below: { table: FairnessTable; cell: FairnessCell }[]; // significantly, in tables of few groups
  placesBelow: number; // and in those of many
  unsure: number; // below, which may be chance
}

export function whatToLookAt({ tables }: FairnessReport): Look {
  const look: Look = { below: [], placesBelow: 0, unsure: 0 };
  for (const table of tables) {
    for (const cell of table.cells) {
      if (cell.fourFifths === FourFifths.BELOW_UNSURE) look.unsure += 1;
      if (cell.fourFifths !== FourFifths.BELOW) continue;
      if (isLong(table.dimension)) look.placesBelow += 1;
      else look.below.push({ table, cell });
    }
  }
  return look;
}
