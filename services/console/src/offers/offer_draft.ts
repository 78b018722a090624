// An offer as it is typed.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Unit } from "../../generated/ayni/v1/catalogue_pb";
import type { Offer, OfferSchema } from "../../generated/ayni/v1/offer_pb";
import { wholeNumber } from "../needs/need_draft";
import { amountText, civilDate, isoDay, minorUnits } from "../words/format";
import type { Key } from "../words/words.svelte";

export type Charge = "feeForService" | "embedded" | "subsidised";

export interface OfferDraft {
  service: string;
  valueChains: string[];
  price: string;
  currency: string;
  capacity: string;
  smallestLot: string;
  startDate: string;
  endDate: string;
  territories: string[];
  radiusKm: string; // around where the TAP sits; empty: none
  languages: string[];
  charge: Charge;
  product: string; // of embedded
  partner: string; // the seller, or the funder, as in parties/p1
  producerShare: string; // of subsidised, per cent
  deliverable: string;
  immediateBenefit: string;
}

export function emptyOffer(): OfferDraft {
  return {
    service: "", valueChains: [], price: "", currency: "PEN", capacity: "", smallestLot: "", startDate: "", endDate: "",
    territories: [], radiusKm: "", languages: [], charge: "feeForService", product: "", partner: "", producerShare: "",
    deliverable: "", immediateBenefit: "",
  };
}

export type OfferField = keyof OfferDraft;

export const apiFields: Record<OfferField, string> = {
  service: "service", valueChains: "value_chains", price: "unit_price", currency: "unit_price.currency", capacity: "capacity",
  smallestLot: "smallest_lot", startDate: "window.start_date", endDate: "window.end_date", territories: "coverage",
  radiusKm: "coverage.radius_m", languages: "languages", charge: "charge", product: "embedded.product", partner: "embedded.seller",
  producerShare: "subsidised", deliverable: "deliverable", immediateBenefit: "immediate_benefit",
};

export function problemsOf(draft: OfferDraft): Partial<Record<OfferField, Key>> {
  const problems: Partial<Record<OfferField, Key>> = {};
  if (draft.service === "") problems.service = "wrong.choose";
  if (draft.valueChains.length === 0) problems.valueChains = "wrong.choose";
  if (minorUnits(draft.price, draft.currency) === undefined) problems.price = "wrong.price";
  if ((wholeNumber(draft.capacity) ?? 0n) < 1n) problems.capacity = "wrong.quantity";
  if (draft.smallestLot !== "" && wholeNumber(draft.smallestLot) === undefined) problems.smallestLot = "wrong.quantity";
  if (civilDate(draft.startDate) === undefined) problems.startDate = "wrong.day";
  if (civilDate(draft.endDate) === undefined) problems.endDate = "wrong.day";
  else if (draft.endDate < draft.startDate) problems.endDate = "wrong.endBeforeStart";
  if (draft.territories.length === 0 && draft.radiusKm === "") problems.territories = "wrong.coverage";
  if (draft.radiusKm !== "" && !(wholeNumber(draft.radiusKm)! >= 1n && wholeNumber(draft.radiusKm)! <= 500n)) problems.radiusKm = "wrong.radius";
  if (draft.languages.length === 0) problems.languages = "wrong.language";
  if (draft.charge === "embedded" && draft.product.trim() === "") problems.product = "wrong.choose";
  if (draft.charge !== "feeForService" && draft.partner.trim() === "") problems.partner = "wrong.choose";
  if (draft.charge === "subsidised" && !(Number(draft.producerShare.replace(",", ".")) >= 0 && Number(draft.producerShare.replace(",", ".")) <= 100))
    problems.producerShare = "wrong.percent";
  for (const field of ["deliverable", "immediateBenefit"] as const) {
    const length = [...draft[field].trim()].length;
    if (length < 10 || length > 500) problems[field] = "wrong.tenLetters";
  }
  return problems;
}

// REQUIRES: problemsOf finds none. `position`: the middle of the radius.
export function offerOf(
  draft: OfferDraft,
  unit: Unit,
  position: { latitude: number; longitude: number } | undefined,
): MessageInitShape<typeof OfferSchema> {
  const charges: Record<Charge, MessageInitShape<typeof OfferSchema>["charge"]> = {
    feeForService: { case: "feeForService", value: {} },
    embedded: { case: "embedded", value: { product: draft.product.trim(), seller: draft.partner } },
    subsidised: {
      case: "subsidised",
      value: { funder: draft.partner, producerShareBasisPoints: Math.round(Number(draft.producerShare.replace(",", ".")) * 100) },
    },
  };
  const radiusM = Number(wholeNumber(draft.radiusKm) ?? 0n) * 1000;
  return {
    service: draft.service,
    valueChains: [...draft.valueChains],
    unit,
    unitPrice: { currency: draft.currency, minorUnits: minorUnits(draft.price, draft.currency)! },
    capacity: wholeNumber(draft.capacity)!,
    smallestLot: wholeNumber(draft.smallestLot) ?? 0n,
    window: { startDate: civilDate(draft.startDate)!, endDate: civilDate(draft.endDate)! },
    coverage: { territories: [...draft.territories], radiusM, ...(radiusM > 0 && position ? { position } : {}) },
    languages: [...draft.languages],
    charge: charges[draft.charge],
    deliverable: draft.deliverable.trim(),
    immediateBenefit: draft.immediateBenefit.trim(),
  };
}

export function draftOf(offer: Offer): OfferDraft {
  const price = offer.unitPrice;
  const { charge } = offer;
  return {
    ...emptyOffer(),
    service: offer.service,
    valueChains: [...offer.valueChains],
    price: price ? amountText(price.minorUnits, price.currency) : "",
    currency: price?.currency ?? "PEN",
    capacity: offer.capacity.toString(),
    smallestLot: offer.smallestLot > 1n ? offer.smallestLot.toString() : "",
    startDate: isoDay(offer.window?.startDate),
    endDate: isoDay(offer.window?.endDate),
    territories: [...(offer.coverage?.territories ?? [])],
    radiusKm: offer.coverage?.radiusM ? Math.round(offer.coverage.radiusM / 1000).toString() : "",
    languages: [...offer.languages],
    charge: charge.case ?? "feeForService",
    product: charge.case === "embedded" ? charge.value.product : "",
    partner: charge.case === "embedded" ? charge.value.seller : charge.case === "subsidised" ? charge.value.funder : "",
    producerShare: charge.case === "subsidised" ? String(charge.value.producerShareBasisPoints / 100) : "",
    deliverable: offer.deliverable,
    immediateBenefit: offer.immediateBenefit,
  };
}
