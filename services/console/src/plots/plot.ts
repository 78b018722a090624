// What layers of a plot draw on: its scales, and its width and height in pixels within the padding.
import { getLayerCakeContext } from "layercake";

export interface Scales {
  xScale: (value: number) => number;
  yScale: (value: number) => number;
  width: number;
  height: number;
}

// Read its fields where they are used: each is reactive.
export function scales(): Scales {
  return getLayerCakeContext() as unknown as Scales;
}

export interface Tick {
  at: number;
  text: string;
}

export interface PlotPoint {
  x: number;
  y: number;
}

// At most so many of them, the last always among them, evenly apart.
export function thinned<T>(all: T[], most: number): T[] {
  if (all.length <= most) return all;
  const step = Math.ceil((all.length - 1) / Math.max(1, most - 1));
  return all.filter((_, i) => (all.length - 1 - i) % step === 0);
}
