// A map of districts of which only the middle is known: each district gets the land that is nearer to its middle than to
// any other's (a Voronoi cell), as far as a circle around it that is as large as its neighbours are far.
import { Delaunay } from "d3-delaunay";

export type Point = [number, number];

export interface Place {
  name: string;
  latitude: number;
  longitude: number;
}

export interface Cell {
  name: string;
  middle: Point;
  outline: Point[]; // convex, in the map's plane
}

const cornersOfCircle = 28;
// The radius comes of the distance to a neighbour of this rank. Of a country's many districts the wider one leaves no
// gaps; of a province's few, which often lie in a row along a valley, the narrower one keeps their form.
const fewPlaces = 100;
const amongFew = { neighbourRank: 2, radiusPerDistance: 1.35 };
const amongMany = { neighbourRank: 4, radiusPerDistance: 1.7 };
const radiusMin = 0.02; // degrees of latitude
const radiusMax = 0.85;

// Degrees, with those of longitude as narrow as they are at the places' mean latitude; y grows southwards.
export function projection(places: Place[]): (place: Place) => Point {
  const mean = places.reduce((sum, place) => sum + place.latitude, 0) / Math.max(1, places.length);
  const narrow = Math.cos((mean * Math.PI) / 180);
  return (place) => [place.longitude * narrow, -place.latitude];
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

// Of a convex polygon, what lies left of the line from a to b.
export function clipped(polygon: Point[], a: Point, b: Point): Point[] {
  const side = ([x, y]: Point): number => (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
  const kept: Point[] = [];
  polygon.forEach((from, i) => {
    const to = polygon[(i + 1) % polygon.length]!;
    const [before, after] = [side(from), side(to)];
    if (before >= 0) kept.push(from);
    if (before >= 0 !== after >= 0) {
      const part = before / (before - after);
      kept.push([from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])]);
    }
  });
  return kept;
}

function withinCircle(polygon: Point[], [x, y]: Point, radius: number): Point[] {
  const corner = (i: number): Point => {
    const angle = (2 * Math.PI * i) / cornersOfCircle;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  };
  let rest = polygon;
  for (let i = 0; i < cornersOfCircle && rest.length > 0; ++i) rest = clipped(rest, corner(i), corner(i + 1));
  return rest;
}

export function cellsOf(places: Place[]): Cell[] {
  if (places.length === 0) return [];
  const project = projection(places);
  const points = places.map(project);
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const voronoi = Delaunay.from(points).voronoi([
    Math.min(...xs) - 2 * radiusMax,
    Math.min(...ys) - 2 * radiusMax,
    Math.max(...xs) + 2 * radiusMax,
    Math.max(...ys) + 2 * radiusMax,
  ]);
  const { neighbourRank, radiusPerDistance } = places.length <= fewPlaces ? amongFew : amongMany;
  return places.flatMap((place, i) => {
    const middle = points[i]!;
    const near = points
      .map((other) => distance(middle, other))
      .sort((a, b) => a - b)
      .slice(1, neighbourRank + 1);
    const radius = Math.min(radiusMax, Math.max(radiusMin, radiusPerDistance * (near.at(-1) ?? radiusMax)));
    const polygon = voronoi.cellPolygon(i) as Point[] | null; // null: another one lies at the same point
    if (polygon === null) return [];
    return [{ name: place.name, middle, outline: withinCircle(polygon.slice(0, -1), middle, radius) }];
  });
}

export function pathOf(cells: Cell[]): string {
  const number = (value: number): string => value.toFixed(4);
  return cells
    .filter(({ outline }) => outline.length > 2)
    .map(({ outline }) => `M${outline.map(([x, y]) => `${number(x)} ${number(y)}`).join("L")}Z`)
    .join("");
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

// Around the cells, with a margin, in the proportions of the picture.
export function boxOf(cells: Cell[], proportion: number): Box {
  const all = cells.flatMap(({ outline }) => outline);
  if (all.length === 0) return { x: 0, y: 0, width: 1, height: 1 };
  const left = Math.min(...all.map(([x]) => x));
  const right = Math.max(...all.map(([x]) => x));
  const top = Math.min(...all.map(([, y]) => y));
  const bottom = Math.max(...all.map(([, y]) => y));
  const width = Math.max((right - left) * 1.08, (bottom - top) * 1.08 * proportion);
  const height = width / proportion;
  return { x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height };
}

export function middleOf(cells: Cell[]): Point {
  const count = Math.max(1, cells.length);
  return [
    cells.reduce((sum, { middle }) => sum + middle[0], 0) / count,
    cells.reduce((sum, { middle }) => sum + middle[1], 0) / count,
  ];
}

// Of what is drawn of a cell, where a name stands best.
export function centreOf({ outline, middle }: Cell): Point {
  if (outline.length === 0) return middle;
  return [
    outline.reduce((sum, [x]) => sum + x, 0) / outline.length,
    outline.reduce((sum, [, y]) => sum + y, 0) / outline.length,
  ];
}
