// What the numbers of a round's problem stand for: whose they are, by pseudonyms, and what the policy's limits make of
// them. services/bundle/bundle_market.h says what each is.
import type { Column, Columns } from "./columns";
import { checkBegins, checkRange, checkSize, unitsMax, type Problem } from "./problem";

export const marketColumns = [
  "need_name", "offer_name", "tap_name", "controller_name", "group_name", "need_open", "offer_owner", "offer_unit_price",
  "edge_unit_price", "limit_basis", "limit_measure", "segment_limit", "segment_share", "segment_demanded", "segment_held",
  "segment_volume", "segment_cap", "segment_waived", "segment_row_begin", "row_controller", "row_held", "row_volume_max",
  "row_cell", "need_segment", "tap_controller_begin", "tap_controller", "clearing_room", "taken_edge", "taken_units",
] as const;

export const amountMax = 4n * 10n ** 18n;
export const matchedBasis = 2;
const limitsMax = 8;
const clearingsMax = 64;

export function plus(a: bigint, b: bigint): bigint {
  return a + b < amountMax ? a + b : amountMax;
}

export interface MarketColumns {
  groupName: Column;
  controllerName: Column;
  tapCount: number;
  needOpen: Column;
  offerOwner: Float64Array;
  offerPrice: Column;
  edgePrice: Column;
  limitBasis: Float64Array;
  limitMeasure: Float64Array;
  segmentLimit: Float64Array;
  segmentShare: Float64Array;
  segmentDemanded: Column;
  segmentHeld: Column;
  segmentVolume: Column;
  segmentCap: Column;
  segmentWaived: Float64Array;
  segmentRowBegin: Float64Array;
  rowController: Float64Array;
  rowHeld: Column;
  rowVolumeMax: Column;
  rowCell: Float64Array;
  needSegment: Float64Array;
  tapControllerBegin: Float64Array;
  tapController: Float64Array;
}

// The last `kept` cells of the problem are of reserves and floors.
export function marketOf(columns: Columns, problem: Problem, kept: number): MarketColumns {
  const numbers = (name: (typeof marketColumns)[number]) => columns.numbers(name);
  const amounts = (name: (typeof marketColumns)[number]) => columns.get(name);
  const market: MarketColumns = {
    groupName: amounts("group_name"),
    controllerName: amounts("controller_name"),
    tapCount: amounts("tap_name").length,
    needOpen: amounts("need_open"),
    offerOwner: numbers("offer_owner"),
    offerPrice: amounts("offer_unit_price"),
    edgePrice: amounts("edge_unit_price"),
    limitBasis: numbers("limit_basis"),
    limitMeasure: numbers("limit_measure"),
    segmentLimit: numbers("segment_limit"),
    segmentShare: numbers("segment_share"),
    segmentDemanded: amounts("segment_demanded"),
    segmentHeld: amounts("segment_held"),
    segmentVolume: amounts("segment_volume"),
    segmentCap: amounts("segment_cap"),
    segmentWaived: numbers("segment_waived"),
    segmentRowBegin: numbers("segment_row_begin"),
    rowController: numbers("row_controller"),
    rowHeld: amounts("row_held"),
    rowVolumeMax: amounts("row_volume_max"),
    rowCell: numbers("row_cell"),
    needSegment: numbers("need_segment"),
    tapControllerBegin: numbers("tap_controller_begin"),
    tapController: numbers("tap_controller"),
  };
  if (kept > problem.cellRoom.length) throw new Error("kept_cells: more than the problem has");
  if (market.limitBasis.length > limitsMax) throw new Error("column limit_basis: more limits than a policy has");
  if (market.tapCount < problem.tapCapacity.length) throw new Error("column tap_name: fewer than the problem's");
  checkNames(columns, market, problem);
  checkLimits(market);
  checkSegments(market);
  checkRows(market, problem.cellRoom.length - kept);
  checkPlaces(market, problem.needDemand.length);
  checkClearings(columns, problem);
  return market;
}

function checkNames(columns: Columns, market: MarketColumns, problem: Problem): void {
  const needs = problem.needDemand.length;
  const offers = problem.offerCapacity.length;
  // In any other order, positions would tell who is who.
  for (const name of ["need_name", "offer_name", "tap_name", "controller_name", "group_name"]) {
    const column = columns.get(name);
    for (let at = 1; at < column.length; ++at) if (column[at]! <= column[at - 1]!) throw new Error(`column ${name}: pseudonyms do not ascend`);
  }
  checkSize("need_name", columns.get("need_name"), needs);
  checkSize("offer_name", columns.get("offer_name"), offers);
  checkSize("need_open", market.needOpen, needs);
  checkRange("need_open", market.needOpen, 0n, amountMax);
  checkSize("offer_owner", market.offerOwner, offers);
  checkRange("offer_owner", market.offerOwner, 0, market.tapCount - 1);
  if (market.offerPrice.length > 0) checkSize("offer_unit_price", market.offerPrice, offers);
  if (market.edgePrice.length > 0) checkSize("edge_unit_price", market.edgePrice, problem.edgeOffer.length);
  checkRange("offer_unit_price", market.offerPrice, 0n, amountMax);
  checkRange("edge_unit_price", market.edgePrice, 0n, amountMax);
}

function checkLimits({ limitBasis, limitMeasure, offerPrice }: MarketColumns): void {
  checkRange("limit_basis", limitBasis, 1, 3);
  checkSize("limit_measure", limitMeasure, limitBasis.length);
  checkRange("limit_measure", limitMeasure, 1, 2);
  if (limitMeasure.includes(2) && offerPrice.length === 0) throw new Error("column offer_unit_price: is missing");
}

function checkSegments(market: MarketColumns): void {
  const segments = market.segmentLimit.length;
  checkRange("segment_limit", market.segmentLimit, 0, market.limitBasis.length - 1);
  checkSize("segment_share", market.segmentShare, segments);
  checkRange("segment_share", market.segmentShare, 1, 10_000);
  for (const [name, column] of [
    ["segment_demanded", market.segmentDemanded], ["segment_held", market.segmentHeld],
    ["segment_volume", market.segmentVolume], ["segment_cap", market.segmentCap],
  ] as const) {
    checkSize(name, column, segments);
    checkRange(name, column, 0n, amountMax);
  }
  checkSize("segment_waived", market.segmentWaived, segments);
  checkRange("segment_waived", market.segmentWaived, 0, 1);
  checkBegins("segment_row_begin", market.segmentRowBegin, segments, market.rowController.length);
}

// Every cell that is not of a reserve or floor is of one row, in the order of the rows.
function checkRows(market: MarketColumns, limitCells: number): void {
  const rows = market.rowController.length;
  checkRange("row_controller", market.rowController, 0, market.controllerName.length - 1);
  for (const [name, column] of [["row_held", market.rowHeld], ["row_volume_max", market.rowVolumeMax]] as const) {
    checkSize(name, column, rows);
    checkRange(name, column, 0n, amountMax);
  }
  checkSize("row_cell", market.rowCell, rows);
  for (let segment = 0; segment < market.segmentLimit.length; ++segment)
    for (let row = market.segmentRowBegin[segment]! + 1; row < market.segmentRowBegin[segment + 1]!; ++row)
      if (market.rowController[row]! <= market.rowController[row - 1]!) throw new Error("column row_controller: controllers of a segment do not ascend");
  let next = 0;
  for (const cell of market.rowCell) if (cell !== -1 && cell !== next++) throw new Error("column row_cell: cells are not in the order of the rows");
  if (next !== limitCells) throw new Error("column row_cell: rows and reserves have other cells than the problem");
}

function checkPlaces(market: MarketColumns, needs: number): void {
  const limits = market.limitBasis.length;
  checkSize("need_segment", market.needSegment, limits * needs);
  checkRange("need_segment", market.needSegment, -1, market.segmentLimit.length - 1);
  checkBegins("tap_controller_begin", market.tapControllerBegin, limits * market.tapCount, market.tapController.length);
  checkRange("tap_controller", market.tapController, 0, market.controllerName.length - 1);
  market.needSegment.forEach((segment, at) => {
    if (segment >= 0 && market.segmentLimit[segment] !== Math.floor(at / needs)) throw new Error("column need_segment: a segment of another limit");
  });
}

function checkClearings(columns: Columns, problem: Problem): void {
  const cells = problem.cellRoom.length;
  const rooms = columns.get("clearing_room");
  if (rooms.length > 0 && (cells === 0 || rooms.length % cells !== 0)) throw new Error("column clearing_room: is not one number a cell and clearing");
  if (cells > 0 && rooms.length / cells > clearingsMax) throw new Error("column clearing_room: more clearings than a round has");
  checkRange("clearing_room", rooms, 0n, BigInt(unitsMax));
  const taken = columns.get("taken_edge");
  checkRange("taken_edge", taken, 0n, BigInt(problem.edgeOffer.length) - 1n);
  checkSize("taken_units", columns.get("taken_units"), taken.length);
  checkRange("taken_units", columns.get("taken_units"), 1n, BigInt(unitsMax));
}
