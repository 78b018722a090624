import { numberFormat } from "../words/intl";
import { words } from "../words/words.svelte";

// Prices are points of score in fixed point.
const priceScale = 65_536;

export function pointsText(price: bigint): string {
  return numberFormat(words.tag, { maximumFractionDigits: 1 }).format(Number(price) / priceScale);
}
