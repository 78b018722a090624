// What units come to in the segments of a round's limits, counted anew from the columns.
import type { BundleContents } from "./bundle_file";
import { amountMax, plus } from "./market_columns";
import { least } from "./exact";
import { need } from "./finding";

export interface SegmentCount {
  ofSegment: bigint[];
  matchesOfSegment: number[];
  ofRow: bigint[];
  unitsOfRow: bigint[];
}

export class SegmentPlaces {
  private readonly limits: number;
  private readonly needs: number;
  private readonly limitCells: number; // the others are of reserves and floors

  constructor(private readonly contents: BundleContents) {
    const { market, problem, statement } = contents;
    this.limits = market.limitBasis.length;
    this.needs = problem.needDemand.length;
    this.limitCells = problem.cellRoom.length - statement.keptCells.length;
  }

  private segmentOf(limit: number, of: number): number {
    return this.contents.market.needSegment[limit * this.needs + of]!;
  }

  private controllersOf(limit: number, offer: number): Float64Array {
    const { tapControllerBegin, tapController, offerOwner, tapCount } = this.contents.market;
    const at = limit * tapCount + offerOwner[offer]!;
    return tapController.subarray(tapControllerBegin[at]!, tapControllerBegin[at + 1]!);
  }

  // -1: the segment has none of the controller.
  private rowOf(segment: number, controller: number): number {
    if (segment < 0) return -1;
    const { segmentRowBegin, rowController } = this.contents.market;
    let low = segmentRowBegin[segment]!;
    const end = segmentRowBegin[segment + 1]!;
    let high = end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (rowController[middle]! < controller) low = middle + 1;
      else high = middle;
    }
    return low === end || rowController[low] !== controller ? -1 : low;
  }

  private measured(limit: number, edge: number, units: bigint): bigint {
    const { limitMeasure, edgePrice, offerPrice } = this.contents.market;
    if (limitMeasure[limit] === 1) return units;
    const price = edgePrice.length === 0 ? offerPrice[this.contents.problem.edgeOffer[edge]!]! : edgePrice[edge]!;
    return least(units * price, amountMax);
  }

  // Throws where units are given in no segment, or to nobody that a segment knows.
  count(units: Float64Array): SegmentCount {
    const { market, problem } = this.contents;
    const count: SegmentCount = {
      ofSegment: new Array<bigint>(market.segmentLimit.length).fill(0n),
      matchesOfSegment: new Array<number>(market.segmentLimit.length).fill(0),
      ofRow: new Array<bigint>(market.rowController.length).fill(0n),
      unitsOfRow: new Array<bigint>(market.rowController.length).fill(0n),
    };
    for (let of = 0; of < this.needs; ++of) {
      for (let edge = problem.needEdgeBegin[of]!; edge < problem.needEdgeBegin[of + 1]!; ++edge) {
        if (units[edge] === 0) continue;
        const given = BigInt(units[edge]!);
        for (let limit = 0; limit < this.limits; ++limit) {
          const segment = this.segmentOf(limit, of);
          need(segment >= 0, `edge ${edge} is given units, and lies in no segment`);
          const amount = this.measured(limit, edge, given);
          count.ofSegment[segment] = plus(count.ofSegment[segment]!, amount);
          ++count.matchesOfSegment[segment]!;
          for (const controller of this.controllersOf(limit, problem.edgeOffer[edge]!)) {
            const row = this.rowOf(segment, controller);
            need(row >= 0, `edge ${edge} is given units, and segment ${segment} does not know its controller`);
            count.ofRow[row] = plus(count.ofRow[row]!, amount);
            count.unitsOfRow[row] = plus(count.unitsOfRow[row]!, given);
          }
        }
      }
    }
    return count;
  }

  // Every candidate lies in the cells of whoever controls its TAP, and in no others of the limits.
  checkCells(): void {
    const { market, problem } = this.contents;
    for (let of = 0; of < this.needs; ++of) {
      for (let edge = problem.needEdgeBegin[of]!; edge < problem.needEdgeBegin[of + 1]!; ++edge) {
        let at = problem.edgeCellBegin[edge]!;
        const end = problem.edgeCellBegin[edge + 1]!;
        for (let limit = 0; limit < this.limits; ++limit) {
          for (const controller of this.controllersOf(limit, problem.edgeOffer[edge]!)) {
            const row = this.rowOf(this.segmentOf(limit, of), controller);
            need(row >= 0, `the controller of edge ${edge} is not known in its segment`);
            const cell = market.rowCell[row]!;
            if (cell < 0) continue;
            need(at !== end && problem.edgeCell[at] === cell, `edge ${edge} does not lie in cell ${cell}, where its controller is`);
            ++at;
          }
        }
        need(at >= end || problem.edgeCell[at]! >= this.limitCells, `edge ${edge} lies in cell ${problem.edgeCell[at]}, which is not its controller's`);
      }
    }
  }
}
