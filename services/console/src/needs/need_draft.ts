// A need as it is typed: in a form, or in a row of a spreadsheet. Texts until the market is asked.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Urgency, type Need, type NeedSchema } from "../../generated/ayni/v1/need_pb";
import { amountText, civilDate, isoDay, minorUnits } from "../words/format";
import type { Key } from "../words/words.svelte";

export interface NeedDraft {
  service: string;
  valueChain: string;
  district: string;
  quantity: string;
  startDate: string; // 2026-12-01
  endDate: string;
  price: string; // 12,50
  currency: string;
  languages: string[];
  communityTap: boolean;
  womanTap: boolean;
  sameDistrict: boolean;
  urgency: Urgency;
  note: string;
}

export function emptyNeed(): NeedDraft {
  return {
    service: "",
    valueChain: "",
    district: "",
    quantity: "",
    startDate: "",
    endDate: "",
    price: "",
    currency: "PEN",
    languages: [],
    communityTap: false,
    womanTap: false,
    sameDistrict: false,
    urgency: Urgency.NORMAL,
    note: "",
  };
}

export type NeedField = keyof NeedDraft;

// What each field is called in what the market says of it.
export const apiFields: Record<NeedField, string> = {
  service: "service",
  valueChain: "value_chain",
  district: "district",
  quantity: "quantity",
  startDate: "window.start_date",
  endDate: "window.end_date",
  price: "highest_unit_price",
  currency: "highest_unit_price.currency",
  languages: "languages",
  communityTap: "wishes.community_tap",
  womanTap: "wishes.woman_tap",
  sameDistrict: "wishes.same_district",
  urgency: "urgency",
  note: "note",
};

const quantityMax = 1_000_000_000n;
const windowDaysMax = 1096;
const noteMax = 500;

export function wholeNumber(text: string): bigint | undefined {
  const plain = text.trim().replace(/[\s.,'’](?=\d{3}(\D|$))/g, "");
  return /^\d{1,12}$/.test(plain) ? BigInt(plain) : undefined;
}

// What can be told without the market.
export function problemsOf(draft: NeedDraft): Partial<Record<NeedField, Key>> {
  const problems: Partial<Record<NeedField, Key>> = {};
  for (const field of ["service", "valueChain", "district"] as const) if (draft[field] === "") problems[field] = "wrong.choose";
  const quantity = wholeNumber(draft.quantity);
  if (quantity === undefined || quantity < 1n || quantity > quantityMax) problems.quantity = "wrong.quantity";
  const start = civilDate(draft.startDate);
  const end = civilDate(draft.endDate);
  if (start === undefined) problems.startDate = "wrong.day";
  if (end === undefined) problems.endDate = "wrong.day";
  if (start && end) {
    const days = (Date.parse(draft.endDate) - Date.parse(draft.startDate)) / 86_400_000;
    if (days < 0) problems.endDate = "wrong.endBeforeStart";
    if (days > windowDaysMax) problems.endDate = "wrong.windowLong";
  }
  if (minorUnits(draft.price, draft.currency) === undefined) problems.price = "wrong.price";
  if (draft.languages.length === 0) problems.languages = "wrong.language";
  if ([...draft.note].length > noteMax) problems.note = "wrong.noteLong";
  return problems;
}

// REQUIRES: problemsOf finds none.
export function needOf(draft: NeedDraft): MessageInitShape<typeof NeedSchema> {
  return {
    service: draft.service,
    valueChain: draft.valueChain,
    district: draft.district,
    quantity: wholeNumber(draft.quantity)!,
    window: { startDate: civilDate(draft.startDate)!, endDate: civilDate(draft.endDate)! },
    highestUnitPrice: { currency: draft.currency, minorUnits: minorUnits(draft.price, draft.currency)! },
    languages: [...draft.languages],
    wishes: { communityTap: draft.communityTap, womanTap: draft.womanTap, sameDistrict: draft.sameDistrict },
    urgency: draft.urgency,
    note: draft.note.trim(),
  };
}

// To post the same again.
export function draftOf(need: Need): NeedDraft {
  const price = need.highestUnitPrice;
  return {
    ...emptyNeed(),
    service: need.service,
    valueChain: need.valueChain,
    district: need.district,
    quantity: need.quantity.toString(),
    startDate: isoDay(need.window?.startDate),
    endDate: isoDay(need.window?.endDate),
    price: price ? amountText(price.minorUnits, price.currency) : "",
    currency: price?.currency ?? "PEN",
    languages: [...need.languages],
    communityTap: need.wishes?.communityTap ?? false,
    womanTap: need.wishes?.womanTap ?? false,
    sameDistrict: need.wishes?.sameDistrict ?? false,
    urgency: need.urgency,
    note: need.note,
  };
}
