// Money, days and numbers, as the reader's language writes them.
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { Date as CivilDate } from "../../generated/google/type/date_pb";
import type { DateWindow } from "../../generated/ayni/v1/date_window_pb";
import type { Money } from "../../generated/ayni/v1/money_pb";
import { dateFormat, numberFormat } from "./intl";
import { words } from "./words.svelte";

export function minorDigits(currency: string): number {
  try {
    return numberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2; // no currency that this browser knows
  }
}

export function moneyText(money: Money | undefined): string {
  if (money === undefined) return "";
  const amount = Number(money.minorUnits) / 10 ** minorDigits(money.currency);
  try {
    return numberFormat(words.tag, { style: "currency", currency: money.currency }).format(amount);
  } catch {
    return `${amount} ${money.currency}`;
  }
}

// 12,50 and 12.50 and 1.200,50 and 1,200.50 as minor units; undefined where it is no amount, or has more digits than the
// currency.
export function minorUnits(text: string, currency: string): bigint | undefined {
  const digits = minorDigits(currency);
  const plain = text.trim().replace(/\s|['’]/g, "");
  const found = /^(\d+|\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?:([.,])(\d{1,2}))?$/.exec(plain);
  if (found === null || (found[2] !== undefined && found[2] === found[3])) return undefined;
  const whole = found[1]!.replace(/[.,]/g, "");
  const part = found[4] ?? "";
  if (part.length > digits || whole.length > 13) return undefined;
  return BigInt(whole + part.padEnd(digits, "0"));
}

export function amountText(minor: bigint, currency: string): string {
  const digits = minorDigits(currency);
  const text = minor.toString().padStart(digits + 1, "0");
  const part = digits === 0 ? "" : text.slice(-digits);
  const whole = digits === 0 ? text : text.slice(0, -digits);
  return part === "" || /^0+$/.test(part) ? whole : `${whole}${words.tag.startsWith("pt") ? "," : "."}${part}`;
}

export function numberText(value: number | bigint): string {
  return numberFormat(words.tag).format(value);
}

// Of hundredths of a per cent.
export function shareText(basisPoints: number): string {
  return numberFormat(words.tag, { style: "percent", maximumFractionDigits: 1 }).format(basisPoints / 10_000);
}

// Of parts per million, with as many digits as tell them from none and all.
export function partsText(ppm: number | bigint, digits = 1): string {
  return numberFormat(words.tag, { style: "percent", maximumFractionDigits: digits }).format(Number(ppm) / 1_000_000);
}

// Of parts per million, as 0.84.
export function ratioText(ppm: number | bigint): string {
  return numberFormat(words.tag, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(Number(ppm) / 1_000_000);
}

export function kilometresText(metres: number): string {
  return numberFormat(words.tag, {
    style: "unit",
    unit: "kilometer",
    maximumFractionDigits: metres < 10_000 ? 1 : 0,
  }).format(metres / 1000);
}

// Civil dates have no time zone: they are counted in UTC alone.
export function dayOf(date: CivilDate): Date {
  return new Date(Date.UTC(date.year, date.month - 1, date.day));
}

export function dayText(date: CivilDate | undefined): string {
  if (date === undefined) return "";
  return dateFormat(words.tag, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(
    dayOf(date),
  );
}

export function windowText(window: DateWindow | undefined): string {
  if (window?.startDate === undefined || window.endDate === undefined) return "";
  return dateFormat(words.tag, {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  }).formatRange(dayOf(window.startDate), dayOf(window.endDate));
}

const msOf = (time: number | Timestamp): number => (typeof time === "number" ? time : Number(time.seconds) * 1000);

// The day of a moment, where the person is.
export function dateText(time: Timestamp | undefined): string {
  if (time === undefined) return "";
  return dateFormat(words.tag, { dateStyle: "medium" }).format(msOf(time));
}

export function timeText(time: number | Timestamp | undefined): string {
  if (time === undefined) return "";
  const ms = msOf(time);
  // Not broken within 7:53 a. m.
  return dateFormat(words.tag, { dateStyle: "medium", timeStyle: "short" }).format(ms).replace(/\s(?=[ap]\.|m\.)/g, "\u00a0");
}

// 2026-12-01, as inputs have it; undefined where it is no day.
export function civilDate(text: string): { year: number; month: number; day: number } | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (found === null) return undefined;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const made = new Date(Date.UTC(year, month - 1, day));
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === day ? { year, month, day } : undefined;
}

export function isoDay(date: CivilDate | undefined): string {
  return date === undefined ? "" : dayOf(date).toISOString().slice(0, 10);
}

// The day where the person is.
export function today(shift = 0): string {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate() + shift)).toISOString().slice(0, 10);
}
