// Shares to sweep, as people write percentages: hundredths of a per cent. Undefined where they are none, or too many.
const sharesMax = 40; // the market's

export function sharesBetween(from: string, to: string, step: string): number[] | undefined {
  const [first, last, by] = [from, to, step].map((text) => Math.round(Number(text.trim().replace(",", ".")) * 100)) as [number, number, number];
  if (!(first >= 1 && last >= first && last <= 10_000 && by >= 1)) return undefined;
  const count = Math.floor((last - first) / by) + 1;
  return count > sharesMax ? undefined : Array.from({ length: count }, (_, i) => first + i * by);
}
