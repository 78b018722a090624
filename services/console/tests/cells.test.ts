import { describe, expect, it } from "vitest";
import { boxOf, cellsOf, clipped, pathOf, type Point } from "../src/map/cells";

const places = Array.from({ length: 60 }, (_, i) => ({
  name: `d${i}`,
  latitude: -14 + ((i * 37) % 60) / 40,
  longitude: -71 + ((i * 17) % 60) / 40,
}));

function area(polygon: Point[]): number {
  return Math.abs(
    polygon.reduce((sum, [x, y], i) => {
      const [nextX, nextY] = polygon[(i + 1) % polygon.length]!;
      return sum + (x * nextY - nextX * y) / 2;
    }, 0),
  );
}

describe("cellsOf", () => {
  it("gives each place land around its middle, nearer to it than to any other", () => {
    const cells = cellsOf(places);
    expect(cells).toHaveLength(places.length);
    for (const { middle, outline } of cells) {
      expect(area(outline)).toBeGreaterThan(0);
      for (const [x, y] of outline) {
        const own = Math.hypot(x - middle[0], y - middle[1]);
        const nearest = Math.min(...cells.map((other) => Math.hypot(x - other.middle[0], y - other.middle[1])));
        expect(nearest).toBeGreaterThanOrEqual(own - 1e-6);
      }
    }
  });

  it("bears one place, none, and two at the same point", () => {
    expect(cellsOf([])).toEqual([]);
    expect(cellsOf([places[0]!])[0]!.outline.length).toBeGreaterThan(8);
    expect(cellsOf([places[0]!, { ...places[0]!, name: "same" }]).length).toBeGreaterThanOrEqual(1);
  });
});

it("cuts a square in half", () => {
  const square: Point[] = [[0, 0], [2, 0], [2, 2], [0, 2]];
  expect(area(clipped(square, [1, 0], [1, 2]))).toBeCloseTo(2);
});

it("frames all that is drawn", () => {
  const cells = cellsOf(places);
  const box = boxOf(cells, 1.2);
  expect(box.width / box.height).toBeCloseTo(1.2);
  for (const [x, y] of cells.flatMap(({ outline }) => outline)) {
    expect(x).toBeGreaterThanOrEqual(box.x);
    expect(y).toBeLessThanOrEqual(box.y + box.height);
  }
  expect(pathOf(cells).startsWith("M")).toBe(true);
});
