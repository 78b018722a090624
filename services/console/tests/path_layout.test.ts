import { describe, expect, it } from "vitest";
import { layersOf, layoutOf, wrapText, type PathLayout, type Tie } from "../src/conflicts/path_layout";

const tie = (subject: string, object: string): Tie => ({ subject, object, lines: ["lends to", "since 3 Mar 2024", "Register: entry 33"] });
const nameOf = (party: string): string => `The ${party} of the province of Canchis`;
const measure = (text: string): number => text.length * 8;
const lay = (ties: Tie[], width = 326): PathLayout => layoutOf(ties, "tap", nameOf, width, measure);

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const textBox = ({ x, y, lines }: PathLayout["ties"][number]): Box => ({
  x,
  y: y - 10,
  width: Math.max(...lines.map(measure)),
  height: lines.length * 20,
});

const paths: Record<string, Tie[]> = {
  "one relation": [tie("tap", "coop")],
  "an owner who lends": [tie("bank", "tap"), tie("bank", "coop")],
  "a chain of five": [tie("a", "tap"), tie("b", "a"), tie("b", "c"), tie("c", "member"), tie("member", "coop")],
  "a ring back to the TAP": [tie("a", "tap"), tie("a", "certifier"), tie("certifier", "tap")],
  "two relations of the same two": [tie("a", "tap"), tie("a", "tap"), tie("a", "coop")],
  "two chains together": [tie("a", "tap"), tie("bank", "a"), tie("b", "tap"), tie("bank", "b")],
  "chains of unlike length": [tie("a", "tap"), tie("bank", "a"), tie("bank", "tap")],
};

describe.each(Object.entries(paths))("%s", (_, ties) => {
  it.each([326, 640])("has all parties and relations, within %i pixels, over nothing else", (width) => {
    const { parties, ties: placed, height } = lay(ties, width);
    expect(parties.map(({ party }) => party).sort()).toEqual([...new Set(ties.flatMap(({ subject, object }) => [subject, object]))].sort());
    expect(placed).toHaveLength(ties.length);
    const boxes: Box[] = [...parties, ...placed.map(textBox)];
    for (const box of boxes) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
    }
    boxes.forEach((box, i) => boxes.slice(0, i).forEach((other) => expect(overlap(box, other), JSON.stringify([box, other])).toBe(false)));
  });

  it("points from the subject to the object", () => {
    const { parties, ties: placed } = lay(ties);
    const touches = (party: string, [x, y]: [number, number]): boolean =>
      parties.some((box) => box.party === party && x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height);
    placed.forEach(({ points }, i) => {
      expect(touches(ties[i]!.subject, points[0]!)).toBe(true);
      expect(touches(ties[i]!.object, points[points.length - 1]!)).toBe(true);
    });
  });
});

it("puts each party below those that lead to it", () => {
  expect([...layersOf(paths["a chain of five"]!, "tap")]).toEqual([["tap", 0], ["a", 1], ["b", 2], ["c", 3], ["member", 4], ["coop", 5]]);
  expect(layersOf(paths["two chains together"]!, "tap").get("bank")).toBe(2);
  expect(layersOf(paths["a ring back to the TAP"]!, "tap").get("tap")).toBe(0);
  expect(layersOf([tie("a", "tap"), tie("a", "coop"), tie("b", "tap"), tie("b", "c"), tie("c", "coop")], "tap").get("coop")).toBe(3);
});

it("keeps lines upright where chains part and meet", () => {
  const { ties } = lay(paths["two chains together"]!);
  for (const { points } of ties) expect(points[0]![0]).toBe(points[1]![0]);
});

it("wraps words, and cuts those that are too long", () => {
  expect(wrapText("Cooperativa Agraria Ejemplo", 110, measure)).toEqual(["Cooperativa", "Agraria", "Ejemplo"]);
  expect(wrapText("a ".repeat(3), 200, measure)).toEqual(["a a a"]);
  expect(wrapText("x".repeat(30), 80, measure)).toEqual(["x".repeat(10), "x".repeat(10), "x".repeat(10)]);
});
