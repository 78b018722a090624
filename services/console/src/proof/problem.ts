// The clearing problem and its solution, as columns: matcher/problem.h. What is read can be indexed: sizes, ranges and
// order are checked once, and the first that is wrong is thrown.
import type { Columns } from "./columns";

export const problemColumns = [
  "need_demand", "offer_capacity", "offer_tap", "offer_lot", "tap_capacity", "cell_room", "need_edge_begin", "edge_offer",
  "edge_bound", "edge_weight", "edge_cell_begin", "edge_cell",
] as const;
export const floorColumns = ["cell_floor", "cell_penalty"] as const;
export const solutionColumns = ["edge_units", "need_price", "offer_price", "tap_price", "cell_price"] as const;
export const maxminColumns = [
  "promise_price", "share_weight", "need_share_price", "offer_share_price", "tap_share_price", "cell_share_price",
] as const;

export const unitsMax = 1e9;
export const weightMax = 1e6;
export const penaltyMax = 1e8;
const cellsPerEdgeMax = 64;
const totalDemandMax = 9e12;
const totalPenaltyMax = 9n * 10n ** 18n;

export interface Problem {
  needDemand: Float64Array;
  offerCapacity: Float64Array;
  offerTap: Int32Array; // -1: no TAP's capacity binds the offer
  offerLot: Float64Array;
  tapCapacity: Float64Array;
  cellRoom: Float64Array;
  cellFloor: Float64Array; // as many as there are cells, or none
  cellPenalty: Float64Array;
  needEdgeBegin: Float64Array;
  edgeOffer: Int32Array;
  edgeBound: Float64Array;
  edgeWeight: Int32Array;
  edgeCellBegin: Float64Array;
  edgeCell: Int32Array;
}

export interface Prices {
  need: Float64Array;
  offer: Float64Array;
  tap: Float64Array;
  cell: Float64Array;
}

export interface Solution {
  edgeUnits: Float64Array;
  prices: Prices;
}

// Of OBJECTIVE_MAXMIN.
export interface Minimum {
  needGroup: Int32Array;
  groupCount: number;
  counts: "servedShare" | "scoreSum";
  promisePrice: Float64Array;
  groupWeight: Float64Array;
  sharePrices: Prices;
}

export function problemOf(columns: Columns): Problem {
  const problem: Problem = {
    needDemand: columns.numbers("need_demand"),
    offerCapacity: columns.numbers("offer_capacity"),
    offerTap: columns.places("offer_tap"),
    offerLot: columns.numbers("offer_lot"),
    tapCapacity: columns.numbers("tap_capacity"),
    cellRoom: columns.numbers("cell_room"),
    cellFloor: columns.numbers("cell_floor"),
    cellPenalty: columns.numbers("cell_penalty"),
    needEdgeBegin: columns.numbers("need_edge_begin"),
    edgeOffer: columns.places("edge_offer"),
    edgeBound: columns.numbers("edge_bound"),
    edgeWeight: columns.places("edge_weight"),
    edgeCellBegin: columns.numbers("edge_cell_begin"),
    edgeCell: columns.places("edge_cell"),
  };
  checkSides(problem);
  checkFloors(problem);
  checkEdges(problem);
  return problem;
}

export function solutionOf(columns: Columns, problem: Problem): Solution {
  const edgeUnits = columns.numbers("edge_units");
  checkSize("edge_units", edgeUnits, problem.edgeOffer.length);
  checkRange("edge_units", edgeUnits, 0, unitsMax);
  return {
    edgeUnits,
    prices: {
      need: columns.numbers("need_price"),
      offer: columns.numbers("offer_price"),
      tap: columns.numbers("tap_price"),
      cell: columns.numbers("cell_price"),
    },
  };
}

// Undefined of OBJECTIVE_WELFARE.
export function minimumOf(columns: Columns, problem: Problem): Minimum | undefined {
  if (!columns.has("need_group") && !columns.has("maxmin_measure")) return undefined;
  const needGroup = columns.places("need_group");
  const measure = columns.numbers("maxmin_measure");
  const groupCount = columns.get("group_name").length;
  if (measure.length !== 1 || (measure[0] !== 1 && measure[0] !== 2)) throw new Error("column maxmin_measure: must be 1 or 2");
  if (groupCount > problem.needDemand.length) throw new Error("column group_name: more groups than needs");
  checkSize("need_group", needGroup, problem.needDemand.length);
  checkRange("need_group", needGroup, 0, groupCount - 1);
  return {
    needGroup,
    groupCount,
    counts: measure[0] === 1 ? "servedShare" : "scoreSum",
    promisePrice: columns.numbers("promise_price"),
    groupWeight: columns.numbers("share_weight"),
    sharePrices: {
      need: columns.numbers("need_share_price"),
      offer: columns.numbers("offer_share_price"),
      tap: columns.numbers("tap_share_price"),
      cell: columns.numbers("cell_share_price"),
    },
  };
}

type Numbers = ArrayLike<number> | ArrayLike<bigint>;

export function checkSize(name: string, column: Numbers, size: number): void {
  if (column.length !== size) throw new Error(`column ${name} has ${column.length} numbers, not ${size}`);
}

export function checkRange(name: string, column: Numbers, from: number | bigint, to: number | bigint): void {
  for (let at = 0; at < column.length; ++at)
    if (column[at]! < from || column[at]! > to) throw new Error(`column ${name}[${at}] is ${column[at]}, not within ${from} to ${to}`);
}

// From 0, never falling, to `end`.
export function checkBegins(name: string, column: Float64Array, groups: number, end: number): void {
  checkSize(name, column, groups + 1);
  if (column[0] !== 0 || column[groups] !== end) throw new Error(`column ${name} does not go from 0 to ${end}`);
  for (let at = 1; at < column.length; ++at) if (column[at]! < column[at - 1]!) throw new Error(`column ${name}[${at}] falls`);
}

function checkSides(problem: Problem): void {
  const offers = problem.offerCapacity.length;
  checkRange("need_demand", problem.needDemand, 0, unitsMax);
  checkRange("offer_capacity", problem.offerCapacity, 0, unitsMax);
  checkRange("tap_capacity", problem.tapCapacity, 0, unitsMax);
  checkRange("cell_room", problem.cellRoom, 0, unitsMax);
  checkSize("offer_tap", problem.offerTap, offers);
  checkRange("offer_tap", problem.offerTap, -1, problem.tapCapacity.length - 1);
  checkSize("offer_lot", problem.offerLot, offers);
  checkRange("offer_lot", problem.offerLot, 1, unitsMax);
  if (problem.needDemand.reduce((sum, units) => sum + units, 0) > totalDemandMax) throw new Error("column need_demand: more units in all than a market has");
}

function checkFloors({ cellFloor, cellPenalty, cellRoom }: Problem): void {
  const cells = cellFloor.length === 0 ? 0 : cellRoom.length;
  checkSize("cell_floor", cellFloor, cells);
  checkSize("cell_penalty", cellPenalty, cells);
  checkRange("cell_floor", cellFloor, 0, unitsMax);
  checkRange("cell_penalty", cellPenalty, 0, penaltyMax);
  let total = 0n;
  for (let cell = 0; cell < cells; ++cell) total += BigInt(cellFloor[cell]!) * BigInt(cellPenalty[cell]!);
  if (total > totalPenaltyMax) throw new Error("column cell_floor: more of floor x penalty in all than fits");
}

function checkEdges(problem: Problem): void {
  const { needEdgeBegin, edgeOffer, edgeCellBegin, edgeCell } = problem;
  const edges = edgeOffer.length;
  checkSize("edge_bound", problem.edgeBound, edges);
  checkSize("edge_weight", problem.edgeWeight, edges);
  checkBegins("need_edge_begin", needEdgeBegin, problem.needDemand.length, edges);
  checkBegins("edge_cell_begin", edgeCellBegin, edges, edgeCell.length);
  checkRange("edge_offer", edgeOffer, 0, problem.offerCapacity.length - 1);
  checkRange("edge_weight", problem.edgeWeight, 1, weightMax);
  checkRange("edge_bound", problem.edgeBound, 1, unitsMax);
  checkRange("edge_cell", edgeCell, 0, problem.cellRoom.length - 1);
  for (let need = 0; need < problem.needDemand.length; ++need)
    for (let edge = needEdgeBegin[need]! + 1; edge < needEdgeBegin[need + 1]!; ++edge)
      if (edgeOffer[edge - 1]! >= edgeOffer[edge]!) throw new Error(`column edge_offer[${edge}]: offers of one need do not ascend`);
  for (let edge = 0; edge < edges; ++edge) {
    const end = edgeCellBegin[edge + 1]!;
    if (end - edgeCellBegin[edge]! > cellsPerEdgeMax) throw new Error(`column edge_cell_begin[${edge}]: more than ${cellsPerEdgeMax} cells`);
    for (let at = edgeCellBegin[edge]! + 1; at < end; ++at)
      if (edgeCell[at - 1]! >= edgeCell[at]!) throw new Error(`column edge_cell[${at}]: cells of one edge do not ascend`);
  }
}
