// Whether units are a matching, what it is worth, and what the published prices prove that no matching is worth more than:
// matcher/verify.h, in other code. Throws what is wrong.
import { ExactSum, floorOf, int64Max, least, most, scale } from "./exact";
import { penaltyMax, unitsMax, weightMax, type Minimum, type Prices, type Problem, type Solution } from "./problem";

const cellsPerEdgeMax = 64;
const priceScale = Number(scale);
const priceMax = (weightMax + cellsPerEdgeMax * penaltyMax) * priceScale;
const shareMax = 1_000_000n;
const million = 1_000_000n;

export interface Certificate {
  value: bigint;
  upperBound: bigint;
  gapPpm: bigint;
}

interface Promised {
  minimum: Minimum;
  gauge: Gauge;
  atLeast: bigint[]; // by group, in units or score
}

export function verifyMatching(problem: Problem, solution: Solution): Certificate {
  return certify(problem, solution, undefined);
}

// Among the matchings that keep the smallest share.
export function verifyPromised(problem: Problem, solution: Solution, minimum: Minimum, smallest: bigint): Certificate {
  const gauge = new Gauge(problem, minimum);
  const atLeast = gauge.demand.map((_, group) => gauge.promise(group, smallest));
  return certify(problem, solution, { minimum, gauge, atLeast });
}

function certify(problem: Problem, { edgeUnits, prices }: Solution, promised: Promised | undefined): Certificate {
  checkPrices(problem, prices);
  if (promised) checkPromisePrices(promised);
  const { needEdgeBegin, edgeOffer, edgeBound, edgeWeight, edgeCellBegin, edgeCell, offerTap, offerLot } = problem;
  const needUsed = new Float64Array(problem.needDemand.length);
  const offerUsed = new Float64Array(problem.offerCapacity.length);
  const tapUsed = new Float64Array(problem.tapCapacity.length);
  const cellUsed = new Float64Array(problem.cellRoom.length);
  const given = new Array<bigint>(promised?.atLeast.length ?? 0).fill(0n);
  const value = new ExactSum();
  const bound = new ExactSum(); // in fixed point
  let above = 0n;
  for (let need = 0; need < needUsed.length; ++need) {
    for (let edge = needEdgeBegin[need]!; edge < needEdgeBegin[need + 1]!; ++edge) {
      const offer = edgeOffer[edge]!;
      const tap = offerTap[offer]!;
      const units = edgeUnits[edge]!;
      if (units > edgeBound[edge]! || (units > 0 && units < offerLot[offer]!))
        throw new Error(`need ${need} with offer ${offer} has ${units} units: expected 0, or ${offerLot[offer]} to ${edgeBound[edge]}`);
      needUsed[need]! += units;
      offerUsed[offer]! += units;
      if (tap >= 0) tapUsed[tap]! += units;
      for (let at = edgeCellBegin[edge]!; at < edgeCellBegin[edge + 1]!; ++at) cellUsed[edgeCell[at]!]! += units;
      value.addProduct(edgeWeight[edge]!, units);
      if (promised === undefined) {
        const excess = edgeWeight[edge]! * priceScale - pays(problem, prices, need, edge);
        if (excess > 0) bound.addProduct(edgeBound[edge]!, excess);
        continue;
      }
      const group = promised.minimum.needGroup[need]!;
      const counts = promised.gauge.edgeCounts(edge);
      given[group]! += BigInt(units) * counts;
      const price = BigInt(pays(problem, prices, need, edge)) + BigInt(promised.minimum.promisePrice[group]!) * counts;
      above += BigInt(edgeBound[edge]!) * most(0n, BigInt(edgeWeight[edge]!) * scale - price);
    }
  }
  checkUsed("need", needUsed, problem.needDemand);
  checkUsed("offer", offerUsed, problem.offerCapacity);
  checkUsed("TAP", tapUsed, problem.tapCapacity);
  checkUsed("cell", cellUsed, problem.cellRoom);
  if (promised) checkPromises(promised, given);
  addWorth(problem.needDemand, prices.need, bound);
  addWorth(problem.offerCapacity, prices.offer, bound);
  addWorth(problem.tapCapacity, prices.tap, bound);
  addWorthOfCells(problem, prices.cell, bound);
  let total = bound.total + above;
  promised?.atLeast.forEach((least, group) => (total += least * BigInt(promised.minimum.promisePrice[group]!)));
  const worth = value.total - paidForFloors(problem, cellUsed);
  const upperBound = least(floorOf(total), int64Max);
  return { value: worth, upperBound, gapPpm: gapPpm(worth, upperBound) };
}

// What a unit of the edge pays. A price is below 2^49, so that a sum of doubles is exact but for edges of many cells.
function pays({ edgeOffer, offerTap, edgeCellBegin, edgeCell }: Problem, prices: Prices, need: number, edge: number): number {
  const offer = edgeOffer[edge]!;
  const tap = offerTap[offer]!;
  const begin = edgeCellBegin[edge]!;
  const end = edgeCellBegin[edge + 1]!;
  let sum = prices.need[need]! + prices.offer[offer]! + (tap >= 0 ? prices.tap[tap]! : 0);
  let size = sum;
  for (let at = begin; at < end; ++at) {
    sum += prices.cell[edgeCell[at]!]!;
    size += Math.abs(prices.cell[edgeCell[at]!]!);
  }
  if (size <= Number.MAX_SAFE_INTEGER) return sum;
  let exact = BigInt(prices.need[need]!) + BigInt(prices.offer[offer]!) + BigInt(tap >= 0 ? prices.tap[tap]! : 0);
  for (let at = begin; at < end; ++at) exact += BigInt(prices.cell[edgeCell[at]!]!);
  // Beyond what any weight comes to it makes no difference how far.
  return Number(most(-BigInt(Number.MAX_SAFE_INTEGER), least(exact, BigInt(Number.MAX_SAFE_INTEGER))));
}

function penaltyOf({ cellFloor, cellPenalty }: Problem, cell: number): number {
  return cellFloor.length > 0 && cellFloor[cell]! > 0 ? cellPenalty[cell]! : 0;
}

function checkPrices(problem: Problem, prices: Prices): void {
  const side = (of: string, column: Float64Array, size: number, penalty: (at: number) => number) => {
    if (column.length !== size) throw new Error(`${column.length} prices of ${of}s: expected ${size}`);
    column.forEach((price, at) => {
      const low = -penalty(at) * priceScale;
      if (price < low || price > priceMax) throw new Error(`price of ${of} ${at} is ${price}: expected ${low} to ${priceMax}`);
    });
  };
  side("need", prices.need, problem.needDemand.length, () => 0);
  side("offer", prices.offer, problem.offerCapacity.length, () => 0);
  side("TAP", prices.tap, problem.tapCapacity.length, () => 0);
  side("cell", prices.cell, problem.cellRoom.length, (cell) => penaltyOf(problem, cell));
}

function checkUsed(what: string, used: Float64Array, room: Float64Array): void {
  used.forEach((units, at) => {
    if (units > room[at]!) throw new Error(`${what} ${at} has ${units} units matched, ${units - room[at]!} more than its ${room[at]}`);
  });
}

function addWorth(room: Float64Array, prices: Float64Array, sum: ExactSum): void {
  prices.forEach((price, at) => sum.addProduct(room[at]!, price));
}

function addWorthOfCells(problem: Problem, prices: Float64Array, sum: ExactSum): void {
  prices.forEach((price, cell) => {
    const room = problem.cellRoom[cell]!;
    const floor = problem.cellFloor[cell] ?? 0;
    sum.addProduct(price >= 0 ? room : Math.min(floor, room), price);
    sum.addProduct(-penaltyOf(problem, cell) * priceScale, Math.max(0, floor - room));
  });
}

function paidForFloors({ cellFloor, cellPenalty }: Problem, cellUsed: Float64Array): bigint {
  const sum = new ExactSum();
  cellFloor.forEach((floor, cell) => sum.addProduct(cellPenalty[cell]!, Math.max(0, floor - cellUsed[cell]!)));
  return sum.total;
}

function gapPpm(value: bigint, upperBound: bigint): bigint {
  if (value === upperBound) return 0n;
  if (upperBound === 0n) return int64Max;
  const of = upperBound > 0n ? upperBound : -upperBound;
  return least(((upperBound - value) * million + of - 1n) / of, int64Max);
}

function checkPromisePrices({ minimum, atLeast }: Promised): void {
  const low = minimum.counts === "servedShare" ? -priceMax : -weightMax * priceScale;
  if (minimum.promisePrice.length !== atLeast.length) throw new Error(`${minimum.promisePrice.length} prices of promises: expected ${atLeast.length}`);
  minimum.promisePrice.forEach((price, group) => {
    if (price > 0 || price < low) throw new Error(`price of promise ${group} is ${price}: expected ${low} to 0`);
  });
}

function checkPromises({ atLeast }: Promised, given: bigint[]): void {
  given.forEach((each, group) => {
    if (each < atLeast[group]!) throw new Error(`group ${group} has ${each}, less than its promise of ${atLeast[group]}`);
  });
}

// Who has to get how much for the smallest to be so much.
export class Gauge {
  readonly demand: bigint[]; // by group: 0 of those that do not count
  private readonly lot: number[]; // by group: the smallest of the edges that could serve it

  constructor(private readonly problem: Problem, private readonly minimum: Minimum) {
    this.demand = new Array<bigint>(minimum.groupCount).fill(0n);
    this.lot = new Array<number>(minimum.groupCount).fill(unitsMax + 1);
    for (let need = 0; need < problem.needDemand.length; ++need) {
      const group = minimum.needGroup[need]!;
      this.demand[group]! += BigInt(problem.needDemand[need]!);
      for (let edge = problem.needEdgeBegin[need]!; edge < problem.needEdgeBegin[need + 1]!; ++edge)
        if (this.couldServe(need, edge)) this.lot[group] = Math.min(this.lot[group]!, problem.offerLot[problem.edgeOffer[edge]!]!);
    }
    this.lot.forEach((lot, group) => {
      if (lot > unitsMax) this.demand[group] = 0n;
    });
  }

  private couldServe(need: number, edge: number): boolean {
    const { problem } = this;
    const offer = problem.edgeOffer[edge]!;
    const tap = problem.offerTap[offer]!;
    const lot = problem.offerLot[offer]!;
    if (lot > problem.edgeBound[edge]! || lot > problem.needDemand[need]! || lot > problem.offerCapacity[offer]!) return false;
    if (tap >= 0 && lot > problem.tapCapacity[tap]!) return false;
    for (let at = problem.edgeCellBegin[edge]!; at < problem.edgeCellBegin[edge + 1]!; ++at)
      if (lot > problem.cellRoom[problem.edgeCell[at]!]!) return false;
    return true;
  }

  edgeCounts(edge: number): bigint {
    return this.minimum.counts === "servedShare" ? 1n : BigInt(this.problem.edgeWeight[edge]!);
  }

  // p of matcher/minimum.h.
  promise(group: number, smallest: bigint): bigint {
    const demand = this.demand[group]!;
    if (demand === 0n || smallest === 0n) return 0n;
    if (this.minimum.counts === "scoreSum") return smallest;
    return most((smallest * demand + shareMax - 1n) / shareMax, BigInt(this.lot[group]!));
  }

  given(units: Float64Array): bigint[] {
    const given = this.demand.map(() => 0n);
    for (let need = 0; need < this.problem.needDemand.length; ++need)
      for (let edge = this.problem.needEdgeBegin[need]!; edge < this.problem.needEdgeBegin[need + 1]!; ++edge)
        if (units[edge]! > 0) given[this.minimum.needGroup[need]!]! += BigInt(units[edge]!) * this.edgeCounts(edge);
    return given;
  }

  // A group's share, or score.
  of(group: number, given: bigint): bigint {
    return this.minimum.counts === "servedShare" ? (given * shareMax) / this.demand[group]! : given;
  }
}

export interface MinimumCertificate {
  smallest: bigint;
  upperBound: bigint;
  holders: number[]; // groups that have the smallest
}

// How well the worst-served is served, and what the share prices prove that no matching serves it better than.
export function verifyMinimum(problem: Problem, edgeUnits: Float64Array, minimum: Minimum): MinimumCertificate {
  checkMinimumProof(problem, minimum);
  const gauge = new Gauge(problem, minimum);
  const prices = minimum.sharePrices;
  const isShare = minimum.counts === "servedShare";
  const weightScale = isShare ? 1n : BigInt(weightMax);
  const sum = new ExactSum();
  addWorth(problem.needDemand, prices.need, sum);
  addWorth(problem.offerCapacity, prices.offer, sum);
  addWorth(problem.tapCapacity, prices.tap, sum);
  addWorth(problem.cellRoom, prices.cell, sum);
  let bound = sum.total;
  for (let need = 0; need < problem.needDemand.length; ++need) {
    const group = minimum.needGroup[need]!;
    const weight = gauge.demand[group]! > 0n ? BigInt(minimum.groupWeight[group]!) : 0n;
    for (let edge = problem.needEdgeBegin[need]!; edge < problem.needEdgeBegin[need + 1]!; ++edge) {
      const worth = (weight * gauge.edgeCounts(edge) * scale + weightScale - 1n) / weightScale;
      bound += BigInt(problem.edgeBound[edge]!) * most(0n, worth - BigInt(pays(problem, prices, need, edge)));
    }
  }
  const given = gauge.given(edgeUnits);
  const counting = [...gauge.demand.keys()].filter((group) => gauge.demand[group]! > 0n);
  if (counting.length === 0) return { smallest: isShare ? shareMax : 0n, upperBound: isShare ? shareMax : 0n, holders: [] };
  const smallest = counting.map((group) => gauge.of(group, given[group]!)).reduce(least<bigint>);
  return {
    smallest,
    upperBound: isShare ? largestShare(gauge, minimum, bound) : largestScore(gauge, minimum, bound),
    holders: counting.filter((group) => gauge.of(group, given[group]!) === smallest),
  };
}

function checkMinimumProof(problem: Problem, { groupWeight, groupCount, sharePrices }: Minimum): void {
  if (groupWeight.length !== groupCount) throw new Error(`${groupWeight.length} weights of groups: expected ${groupCount}`);
  checkPrices(problem, sharePrices);
  groupWeight.forEach((weight, group) => {
    if (weight < 0 || weight > weightMax) throw new Error(`weight of group ${group} is ${weight}: expected 0 to ${weightMax}`);
  });
  // Floors have no part in this proof.
  sharePrices.cell.forEach((price, cell) => {
    if (price < 0) throw new Error(`price of cell ${cell} is ${price}: expected 0 to ${priceMax}`);
  });
}

// The largest smallest share for which the weighed promises are within the bound.
function largestShare(gauge: Gauge, { groupWeight }: Minimum, bound: bigint): bigint {
  const within = (share: bigint) => {
    let promised = 0n;
    groupWeight.forEach((weight, group) => (promised += BigInt(weight) * gauge.promise(group, share)));
    return promised * scale <= bound;
  };
  let low = 0n;
  let high = shareMax;
  while (low < high) {
    const share = low + (high - low + 1n) / 2n;
    if (within(share)) low = share;
    else high = share - 1n;
  }
  return low;
}

function largestScore(gauge: Gauge, { groupWeight }: Minimum, bound: bigint): bigint {
  let weights = 0n;
  groupWeight.forEach((weight, group) => (weights += gauge.demand[group]! > 0n ? BigInt(weight) : 0n));
  return weights === 0n ? int64Max : least((bound * BigInt(weightMax)) / (weights * scale), int64Max);
}
