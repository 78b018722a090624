import { words } from "../words/words.svelte";

// Prices are points of score in fixed point.
const priceScale = 65_536;

export function pointsText(price: bigint): string {
  return new Intl.NumberFormat(words.tag, { maximumFractionDigits: 1 }).format(Number(price) / priceScale);
}
