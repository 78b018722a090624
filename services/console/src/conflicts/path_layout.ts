// Where the parties and relations of an evidence path stand on paper: the TAP on top, each party below those that lead to
// it, what a relation says to the right of its line. Pixels. The first line of a relation, and names, are strong.

export interface Tie {
  subject: string;
  object: string;
  lines: string[];
}
export interface PlacedParty {
  party: string;
  x: number;
  y: number;
  width: number;
  height: number;
  lines: string[];
}
export interface PlacedTie {
  points: [number, number][]; // from the subject to the object
  x: number; // of its text
  y: number; // of the first line's middle
  lines: string[];
}
export interface PathLayout {
  width: number;
  height: number;
  parties: PlacedParty[];
  ties: PlacedTie[];
}

export const lineHeight = 20;

// How wide a text is in the reader's letters.
export type Measure = (text: string, strong: boolean) => number;

const padding = 12;
export const inset = 14; // of a name from the sides of its party
const lineInset = 30; // of a relation's line from the left of its party
const textInset = 16; // of a relation's text from its line
const gapLeast = 56;
const partyWidthMax = 380;
const laneWidth = 34; // for a line that passes parties by
const parallelShift = 16;

// Words on lines of that width; a word that is longer is cut.
export function wrapText(text: string, width: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  for (let word of text.split(/\s+/).filter(Boolean)) {
    const last = lines[lines.length - 1];
    if (last !== undefined && widthOf(`${last} ${word}`) <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
      continue;
    }
    while (word !== "") {
      let length = word.length;
      while (length > 1 && widthOf(word.slice(0, length)) > width) --length;
      lines.push(word.slice(0, length));
      word = word.slice(length);
    }
  }
  return lines;
}

interface Step {
  from: string;
  to: string;
}

// The path as it is walked. Where several chains make up the evidence, each begins at the start again.
function walk(ties: Tie[], start: string): Step[] {
  const seen = new Set([start]);
  let at = start;
  return ties.map(({ subject, object }) => {
    const has = (party: string): boolean => subject === party || object === party;
    const from = has(at) ? at : has(start) ? start : seen.has(subject) ? subject : object;
    const to = from === subject ? object : subject;
    seen.add(from).add(to);
    at = to;
    return { from, to };
  });
}

// How many relations the longest way to each party takes.
export function layersOf(ties: Tie[], start: string): Map<string, number> {
  const steps = walk(ties, start);
  const layers = new Map([[start, 0]]);
  for (const { from, to } of steps) for (const party of [from, to]) if (!layers.has(party)) layers.set(party, 0);
  for (let i = 0; i < steps.length; ++i)
    for (const { from, to } of steps) if (to !== start) layers.set(to, Math.max(layers.get(to)!, layers.get(from)! + 1));
  return layers;
}

export function layoutOf(ties: Tie[], start: string, nameOf: (party: string) => string, width: number, measure: Measure): PathLayout {
  const layers = layersOf(ties, start);
  const depth = Math.max(...layers.values()) + 1;
  const rows: string[][] = Array.from({ length: depth }, () => []);
  for (const [party, layer] of layers) rows[layer]!.push(party);

  // A tie stands in the gap above its lower party, in that one's column or the other's, whichever is further right.
  const ends = ties.map(({ subject, object }) => {
    const [upper, lower] = layers.get(subject)! <= layers.get(object)! ? [subject, object] : [object, subject];
    return { upper, lower, passes: layers.get(lower)! - layers.get(upper)! > 1 };
  });
  const lanes = ends.filter(({ passes }) => passes).length;
  const inner = width - lanes * laneWidth;
  const widest = Math.max(...rows.map(({ length }) => length));
  const columnOf = (party: string): number => rows[layers.get(party)!]!.indexOf(party);
  const columnsOf = (party: string): number => rows[layers.get(party)!]!.length;

  const wrapped = ties.map((tie, i) => {
    const { upper, lower, passes } = ends[i]!;
    const columns = Math.max(columnsOf(upper), columnsOf(lower)) + (passes ? 1 : 0);
    const room = inner / columns - lineInset - textInset - padding;
    return tie.lines.flatMap((line, n) => wrapText(line, room, (text) => measure(text, n === 0)));
  });

  const names = new Map([...layers.keys()].map((party) => {
    // One that stands alone beside nobody spans what hangs on it, so that lines stay upright.
    const alone = columnsOf(party) === 1 && widest > 1;
    const room = alone ? inner : Math.min(inner / columnsOf(party) - padding, partyWidthMax);
    return [party, { room, lines: wrapText(nameOf(party), room - 2 * inset, (text) => measure(text, true)) }];
  }));
  const placed = new Map<string, PlacedParty>();
  const texts: { x: number; y: number }[] = [];
  let y = 0;
  for (let layer = 0; layer < depth; ++layer) {
    const row = rows[layer]!;
    if (layer > 0) {
      const filled = new Map<number, number>();
      ends.forEach(({ upper, lower, passes }, i) => {
        if (layers.get(lower) !== layer) return;
        const column = passes ? columnsOf(lower) : Math.max(columnOf(upper), columnOf(lower));
        const columns = Math.max(columnsOf(upper), columnsOf(lower)) + (passes ? 1 : 0);
        const used = filled.get(column) ?? 0;
        const parallel = ends.slice(0, i).filter((each) => each.upper === upper && each.lower === lower).length;
        texts[i] = { x: (inner / columns) * column + lineInset + textInset + parallel * parallelShift, y: y + padding + lineHeight / 2 + used };
        filled.set(column, used + wrapped[i]!.length * lineHeight + (padding * 2) / 3);
      });
      y += Math.max(gapLeast, padding * 2 + Math.max(0, ...filled.values()));
    }
    for (const [column, party] of row.entries()) {
      const { room, lines } = names.get(party)!;
      placed.set(party, { party, x: (inner / row.length) * column, y, width: room, height: lines.length * lineHeight + 2 * padding, lines });
    }
    y += Math.max(...row.map((party) => placed.get(party)!.height));
  }

  let lane = 0;
  const placedTies = ties.map((tie, i): PlacedTie => {
    const { upper, lower, passes } = ends[i]!;
    const [above, below] = [placed.get(upper)!, placed.get(lower)!];
    const parallel = ends.slice(0, i).filter((each) => each.upper === upper && each.lower === lower).length;
    const shift = lineInset + parallel * parallelShift;
    let down: [number, number][];
    if (passes) {
      const x = inner + laneWidth * (lane++ + 0.5);
      const middle = (box: PlacedParty): number => box.y + box.height / 2;
      down = [[above.x + above.width, middle(above)], [x, middle(above)], [x, middle(below)], [below.x + below.width, middle(below)]];
    } else {
      const reaches = (box: PlacedParty, x: number): number => Math.min(Math.max(x, box.x + shift), box.x + box.width - padding);
      const x = Math.max(above.x, below.x) + shift;
      down = [[reaches(above, x), above.y + above.height], [reaches(below, x), below.y]];
    }
    return { points: tie.subject === upper ? down : down.reverse(), ...texts[i]!, lines: wrapped[i]! };
  });
  return { width, height: y, parties: [...placed.values()], ties: placedTies };
}
