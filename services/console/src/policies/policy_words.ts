// Fields and values of policies as people read them: words where the locales have some, and the API's names where not.
import type { DescEnum, DescField } from "@bufbuild/protobuf";
import { Policy_State } from "../../generated/ayni/v1/policy_pb";
import type { Date as CivilDate } from "../../generated/google/type/date_pb";
import { catalogue, lastId } from "../api/catalogue.svelte";
import { dayText, numberText, shareText } from "../words/format";
import { t, type Key } from "../words/words.svelte";

export const policyStates: Record<Policy_State, { label: Key; tint: "" | "good" | "look" }> = {
  [Policy_State.UNSPECIFIED]: { label: "match.state.unknown", tint: "" },
  [Policy_State.DRAFT]: { label: "pol.state.draft", tint: "look" },
  [Policy_State.ACTIVE]: { label: "pol.state.active", tint: "good" },
  [Policy_State.SUPERSEDED]: { label: "pol.state.superseded", tint: "" },
};

function wordOr(key: string, otherwise: string): string {
  const text = t(key as Key);
  return text === key ? otherwise : text;
}

export const fieldLabel = (name: string): string => wordOr(`pf.${name}`, name.replaceAll("_", " "));
export const fieldHint = (name: string): string => wordOr(`pf.${name}.hint`, "");

export function enumText(desc: DescEnum, value: number): string {
  const name = desc.value[value]?.localName ?? String(value);
  return wordOr(`pe.${desc.name}.${name}`, name);
}

// limits[tap-province].share_basis_points as in: Limits, tap-province, Greatest share.
export function pathText(path: string): string[] {
  return path.split(/\.(?![^[]*\])/).flatMap((part) => {
    const found = /^([^[]+)(?:\[(.*)\])?$/.exec(part);
    if (found === null) return [part];
    const element = found[2]?.includes("/") ? catalogue.placeName(found[2]) : found[2];
    return [fieldLabel(found[1]!), ...(element === undefined ? [] : [/^\d+$/.test(element) ? String(Number(element) + 1) : element])];
  });
}

function valueText(field: DescField, value: unknown): string {
  if (field.fieldKind === "enum" || (field.fieldKind === "list" && field.listKind === "enum")) return enumText(field.enum!, value as number);
  if (typeof value === "boolean") return t(value ? "pol.yes" : "pol.no");
  if (typeof value === "number" && field.name.endsWith("_basis_points")) return shareText(value);
  if (typeof value === "number" && field.name.endsWith("_per_mille")) return shareText(value * 10);
  if (typeof value === "number" || typeof value === "bigint") return numberText(value);
  if (field.message?.typeName === "google.type.Date") return dayText((value as { message: CivilDate }).message);
  const text = String(value);
  return text.startsWith("parties/") ? catalogue.partyName(text) : text.startsWith("territories/") ? catalogue.placeName(text) : /^(services|valueChains)\//.test(text) ? lastId(text) : text;
}

export const saying = { label: fieldLabel, value: valueText };
