// Whether a round's figures, reports and caps are what its problem and solution come to: services/bundle/outcome_check.h, in
// other code.
import { fromBinary } from "@bufbuild/protobuf";
import { LimitBasis, PolicySchema, ThinMarketRule, type Policy } from "../../generated/ayni/v1/policy_pb";
import { LeftOut_Reason, MaxminOver } from "../../generated/ayni/v1/round_pb";
import type { SegmentReport } from "../../generated/ayni/v1/audit_pb";
import type { BundleContents } from "./bundle_file";
import { verifyMatching, verifyMinimum, verifyPromised, type Certificate } from "./certificate";
import { ExactSum, least, most, rounded } from "./exact";
import { check, need, type Finding } from "./finding";
import { amountMax, matchedBasis, plus } from "./market_columns";
import { SegmentPlaces, type SegmentCount } from "./segment_count";
import { unitsMax } from "./problem";

const whole = 10_000n; // basis points, and the greatest HHI
const largestCount = 4;

export function pseudonym(kind: "need" | "party", number: bigint): string {
  return `${kind}-${BigInt.asUintN(64, number).toString(16).padStart(16, "0")}`;
}

function hhiOf(amounts: bigint[], total: bigint): bigint {
  const by = total / 1_000_000_000_000_000n + 1n;
  const squares = amounts.reduce((sum, amount) => sum + (amount / by) ** 2n, 0n);
  return least(whole, rounded(whole * squares, (total / by) ** 2n));
}

function capOf(share: number, volume: bigint): bigint {
  return most(1n, (BigInt(share) * volume + whole - 1n) / whole);
}

export async function* checkOutcome(contents: BundleContents): AsyncGenerator<Finding> {
  const { minimum } = contents;
  let smallest = 0n;
  if (minimum) {
    // Feasible first: only then can what the groups are given be counted.
    yield await check("smallest", () => {
      verifyMatching(contents.problem, withoutPrices(contents));
      const found = verifyMinimum(contents.problem, contents.solution.edgeUnits, minimum);
      smallest = found.smallest;
      checkSmallest(contents, found.smallest, found.upperBound, found.holders);
      return { [minimum.counts]: String(found.smallest), bound: String(found.upperBound) };
    });
  }
  yield await check("proof", () =>
    checkProof(contents, minimum ? verifyPromised(contents.problem, contents.solution, minimum, smallest) : verifyMatching(contents.problem, contents.solution)),
  );
  let outcome: Outcome | undefined;
  yield await check("summary", () => {
    outcome = new Outcome(contents);
    outcome.checkSummary();
    return {};
  });
  yield await check("cells", () => {
    new SegmentPlaces(contents).checkCells();
    return {};
  });
  const counted = (look: (of: Outcome) => void, figures: Record<string, string> = {}) => () => {
    look((outcome ??= new Outcome(contents)));
    return figures;
  };
  yield await check("reports", counted((of) => of.checkReports(), { n: String(contents.statement.segmentReports.length) }));
  yield await check("concentration", counted((of) => of.checkConcentration()));
  yield await check("caps", counted((of) => of.checkCaps()));
}

function withoutPrices({ problem, solution }: BundleContents) {
  const of = (column: { length: number }) => new Float64Array(column.length);
  return {
    edgeUnits: solution.edgeUnits,
    prices: { need: of(problem.needDemand), offer: of(problem.offerCapacity), tap: of(problem.tapCapacity), cell: of(problem.cellRoom) },
  };
}

function checkProof({ statement }: BundleContents, found: Certificate): Record<string, string> {
  const stated = statement.round?.summary;
  need(found.value === stated?.value, `the matches are worth ${found.value}, stated is ${stated?.value}`);
  need(found.upperBound === stated?.upperBound, `the prices prove ${found.upperBound}, stated is ${stated?.upperBound}`);
  need(found.gapPpm === stated?.gapPpm, `the gap is ${found.gapPpm}, stated is ${stated?.gapPpm}`);
  return { value: String(found.value), bound: String(found.upperBound), gap: String(found.gapPpm) };
}

function checkSmallest({ statement, minimum, market }: BundleContents, smallest: bigint, bound: bigint, holders: number[]): void {
  const stated = statement.round?.summary?.smallestShare;
  const isShare = minimum!.counts === "servedShare";
  need(smallest === ((isShare ? stated?.sharePpm : stated?.scoreSum) ?? 0n), `the smallest is ${smallest}, which is not stated`);
  need(bound === ((isShare ? stated?.upperBoundPpm : stated?.scoreSumUpperBound) ?? 0n), `the prices prove ${bound}, which is not stated`);
  const areNeeds = statement.round?.maxminOver === MaxminOver.NEEDS;
  const first = holders.length === 0 ? "" : pseudonym(areNeeds ? "need" : "party", market.groupName[holders[0]!]!);
  need(
    BigInt(holders.length) === ((areNeeds ? stated?.needCount : stated?.cooperativeCount) ?? 0n) && first === ((areNeeds ? stated?.need : stated?.cooperative) ?? ""),
    `${holders.length} have it, the first is ${first}, which is not stated`,
  );
}

class Outcome {
  private readonly policy: Policy;
  private readonly standing: Float64Array; // without what was left out
  // With what MatchNow gave since the snapshot.
  private readonly segmentHeld: bigint[];
  private readonly rowHeld: bigint[];
  private counts: { found: SegmentCount; stands: SegmentCount } | undefined;

  constructor(private readonly contents: BundleContents) {
    const { bundle, statement, solution, market } = contents;
    this.policy = fromBinary(PolicySchema, bundle.policy?.record ?? new Uint8Array());
    this.standing = solution.edgeUnits.slice();
    statement.leftOutEdges.forEach((edge, at) => {
      this.standing[Number(edge)] = Math.max(0, this.standing[Number(edge)]! - Number(statement.leftOutUnits[at]));
    });
    this.segmentHeld = [...market.segmentHeld];
    this.rowHeld = [...market.rowHeld];
    statement.heldSinceSegments.forEach((segment, at) => {
      this.segmentHeld[Number(segment)] = plus(this.segmentHeld[Number(segment)]!, statement.segmentHeldSince[at]!);
    });
    statement.heldSinceRows.forEach((row, at) => {
      this.rowHeld[Number(row)] = plus(this.rowHeld[Number(row)]!, statement.rowHeldSince[at]!);
    });
  }

  private count(): { found: SegmentCount; stands: SegmentCount } {
    if (this.counts === undefined) {
      const places = new SegmentPlaces(this.contents);
      this.counts = { found: places.count(this.contents.solution.edgeUnits), stands: places.count(this.standing) };
    }
    return this.counts;
  }

  checkSummary(): void {
    const { problem, market, solution, statement } = this.contents;
    const stated = statement.round?.summary;
    let [needs, demanded, reached, served, partly, matches, matched] = [0n, 0n, 0n, 0n, 0n, 0n, 0n];
    for (let each = 0; each < problem.needDemand.length; ++each) {
      const open = market.needOpen[each]!;
      let ofNeed = 0n;
      for (let edge = problem.needEdgeBegin[each]!; edge < problem.needEdgeBegin[each + 1]!; ++edge) {
        ofNeed = plus(ofNeed, BigInt(this.standing[edge]!));
        if (this.standing[edge]! > 0) ++matches;
      }
      matched = plus(matched, ofNeed);
      if (ofNeed > 0n && ofNeed === open) ++served;
      else if (ofNeed > 0n) ++partly;
      if (open === 0n) continue;
      ++needs;
      demanded = plus(demanded, open);
      reached += BigInt(problem.needDemand[each]!);
    }
    const found = BigInt(solution.edgeUnits.reduce((sum, units) => sum + (units > 0 ? 1 : 0), 0));
    const figures: [string, bigint, bigint | undefined][] = [
      ["need_count", needs, stated?.needCount],
      ["offer_count", BigInt(problem.offerCapacity.length), stated?.offerCount],
      ["candidate_count", BigInt(problem.edgeOffer.length), stated?.candidateCount],
      ["cell_count", BigInt(problem.cellRoom.length), stated?.cellCount],
      ["demanded_quantity", demanded, stated?.demandedQuantity],
      ["reached_quantity", reached, stated?.reachedQuantity],
      ["served_need_count", served, stated?.servedNeedCount],
      ["partly_served_need_count", partly, stated?.partlyServedNeedCount],
      ["match_count", matches, stated?.matchCount],
      ["matched_quantity", matched, stated?.matchedQuantity],
      ["superseded_count", found - matches, stated?.supersededCount],
    ];
    for (const [name, is, says] of figures) need(is === says, `${name} is ${is}, stated is ${says}`);
    this.checkLeftOut();
    if (this.policy.reserves.length + this.policy.floors.length > 0) this.checkWelfare();
  }

  // What the market would have been given without reserves can't be told from this problem alone.
  private checkWelfare(): void {
    const { problem, statement } = this.contents;
    const stated = statement.round?.summary;
    const welfare = new ExactSum();
    const ofCell = new Float64Array(problem.cellRoom.length);
    this.standing.forEach((units, edge) => {
      welfare.addProduct(units, problem.edgeWeight[edge]!);
      for (let at = problem.edgeCellBegin[edge]!; at < problem.edgeCellBegin[edge + 1]!; ++at) ofCell[problem.edgeCell[at]!]! += units;
    });
    need(welfare.total === stated?.welfare, "welfare is another");
    const kept = new ExactSum();
    const missing = new ExactSum();
    problem.cellFloor.forEach((floor, cell) => {
      kept.add(floor);
      missing.add(Math.max(0, floor - ofCell[cell]!));
    });
    need(kept.total === stated?.keptQuantity, `kept_quantity is ${kept.total}`);
    need(missing.total === stated?.missingQuantity, `missing_quantity is ${missing.total}`);
  }

  private checkLeftOut(): void {
    const { statement, solution } = this.contents;
    let leftOut = 0n;
    statement.leftOutEdges.forEach((edge, at) => {
      const units = statement.leftOutUnits[at]!;
      need(units <= solution.edgeUnits[Number(edge)]!, "more is left out than was matched");
      leftOut = plus(leftOut, units);
    });
    const stated = (statement.round?.summary?.leftOut ?? []).reduce((sum, { quantity }) => plus(sum, most(0n, least(quantity, amountMax))), 0n);
    need(leftOut === stated, `${leftOut} units are left out, stated is ${stated}`);
    this.checkReasons();
  }

  // Rounds that are older than the reasons of each match have none.
  private checkReasons(): void {
    const { statement } = this.contents;
    if (statement.leftOutByReason.length === 0) return;
    const byEdge = new Map<bigint, bigint>();
    const byReason = new Map<LeftOut_Reason, [bigint, bigint]>(); // matches and units
    for (const { edge, reason, quantity } of statement.leftOutByReason) {
      byEdge.set(edge, plus(byEdge.get(edge) ?? 0n, quantity));
      const [matches, units] = byReason.get(reason) ?? [0n, 0n];
      byReason.set(reason, [matches + 1n, plus(units, quantity)]);
    }
    statement.leftOutEdges.forEach((edge, at) => {
      need(byEdge.get(edge) === statement.leftOutUnits[at], `why units of edge ${edge} are left out is not stated of each`);
      byEdge.delete(edge);
    });
    need(byEdge.size === 0, `units of edge ${[...byEdge.keys()][0]} are stated as left out, and stand`);
    for (const { reason, matchCount, quantity } of statement.round?.summary?.leftOut ?? []) {
      const [matches, units] = byReason.get(reason) ?? [0n, 0n];
      need(matches === matchCount && units === quantity, `what is left out for ${LeftOut_Reason[reason]} is another`);
      byReason.delete(reason);
    }
    need(byReason.size === 0, "a reason for what is left out is not in the summary");
  }

  private isMatched(at: number): boolean {
    const { market } = this.contents;
    return market.limitBasis[market.segmentLimit[at]!] === matchedBasis;
  }
  // With what stands; and what then is the cap of a row.
  private volumeOf(at: number): bigint {
    return this.isMatched(at) ? plus(this.segmentHeld[at]!, this.count().stands.ofSegment[at]!) : this.contents.market.segmentVolume[at]!;
  }
  private capOfRow(at: number, row: number, volume: bigint): bigint {
    const { market } = this.contents;
    return capOf(market.segmentShare[at]!, least(volume, market.rowVolumeMax[row]!));
  }
  private hasLessVolume(at: number, row: number): boolean {
    const { market } = this.contents;
    return market.segmentWaived[at] === 0 && market.rowVolumeMax[row]! < this.volumeOf(at);
  }
  private total(row: number): bigint {
    return plus(this.rowHeld[row]!, this.count().stands.ofRow[row]!);
  }

  // Rows of the segment that hold or were given something, or of which less volume counts, the largest first.
  private shownRows(at: number): number[] {
    const { segmentRowBegin } = this.contents.market;
    const rows: number[] = [];
    for (let row = segmentRowBegin[at]!; row < segmentRowBegin[at + 1]!; ++row) if (this.total(row) > 0n || this.hasLessVolume(at, row)) rows.push(row);
    return rows.sort((a, b) => (this.total(a) > this.total(b) ? -1 : this.total(a) < this.total(b) ? 1 : 0));
  }

  private forEachReport(look: (at: number, report: SegmentReport) => void): void {
    const { statement, market } = this.contents;
    need(statement.segmentReports.length === market.segmentLimit.length, "there is not one report a segment");
    statement.segmentReports.forEach((report, at) => {
      try {
        look(at, report);
      } catch (cause) {
        throw new Error(`segment ${at}, ${report.segment?.limit}: ${cause instanceof Error ? cause.message : String(cause)}`);
      }
    });
  }

  // Whether each report says of its segment what the columns and the units come to.
  checkReports(): void {
    const { market } = this.contents;
    const { stands } = this.count();
    this.forEachReport((at, report) => {
      need(this.policy.limits[market.segmentLimit[at]!]?.id === report.segment?.limit, "is of another limit");
      const figures: [string, bigint | number, bigint | number][] = [
        ["demanded_quantity", market.segmentDemanded[at]!, report.demandedQuantity],
        ["volume", this.volumeOf(at), report.volume],
        ["matched_quantity", stands.ofSegment[at]!, report.matchedQuantity],
        ["match_count", BigInt(stands.matchesOfSegment[at]!), report.matchCount],
        ["share_basis_points", market.segmentShare[at]!, report.shareBasisPoints],
      ];
      for (const [name, is, says] of figures) need(is === says, `${name} is ${is}, stated is ${says}`);
      this.checkShares(at, report);
    });
  }

  private checkShares(at: number, report: SegmentReport): void {
    const { market } = this.contents;
    const rows = this.shownRows(at);
    need(rows.length === report.shares.length, "there is not one share a controller");
    report.shares.forEach((stated, place) => {
      const row = rows[place]!;
      const name = pseudonym("party", market.controllerName[market.rowController[row]!]!);
      need(
        stated.controller === name && stated.heldQuantity === this.rowHeld[row] && stated.matchedQuantity === this.count().stands.ofRow[row],
        `the share of ${stated.controller} is not what it holds and was given`,
      );
      const cap = market.segmentWaived[at] === 0 ? this.capOfRow(at, row, this.volumeOf(at)) : undefined;
      need(stated.cap === cap, `the cap of ${stated.controller} is not its share of the volume`);
      const volume = this.hasLessVolume(at, row) ? market.rowVolumeMax[row] : undefined;
      need(stated.volume === volume, `the volume of ${stated.controller} is another`);
    });
  }

  checkConcentration(): void {
    this.forEachReport((at, report) => {
      const held = this.segmentHeld[at]!;
      const total = plus(held, this.count().stands.ofSegment[at]!);
      const rows = this.shownRows(at);
      const before = rows.map((row) => this.rowHeld[row]!);
      const after = rows.map((row) => this.total(row));
      const shares = after.map((amount) => rounded(whole * amount, total));
      rows.forEach((_, place) => {
        const stated = report.shares[place];
        need(
          stated !== undefined && BigInt(stated.shareBasisPoints) === shares[place] && BigInt(stated.shareBeforeBasisPoints) === rounded(whole * before[place]!, held),
          `${stated?.controller ?? "somebody"} has a share of ${shares[place]}`,
        );
      });
      const hhi = hhiOf(after, total);
      need(BigInt(report.hhi) === hhi && BigInt(report.hhiBefore) === hhiOf(before, held), `HHI is ${hhi}, stated is ${report.hhi}`);
      const largest = shares[0] ?? 0n;
      const four = shares.slice(0, largestCount).reduce((sum, share) => sum + share, 0n);
      need(BigInt(report.cr1BasisPoints) === largest && BigInt(report.cr4BasisPoints) === least(four, whole), `CR1 is ${largest}, stated is ${report.cr1BasisPoints}`);
      need(BigInt(report.effectiveControllersHundredths) === (hhi === 0n ? 0n : rounded(100n * whole, hhi)), "the number of effective controllers is another");
    });
  }

  checkCaps(): void {
    const { market } = this.contents;
    this.count();
    this.forEachReport((at, report) => {
      this.checkCapOf(at, report);
      for (let row = market.segmentRowBegin[at]!; row < market.segmentRowBegin[at + 1]!; ++row) this.checkRow(at, row);
    });
  }

  private checkCapOf(at: number, report: SegmentReport): void {
    const { market } = this.contents;
    const place = market.segmentLimit[at]!;
    const limit = this.policy.limits[place];
    if (limit === undefined) throw new Error("has no limit");
    const share = market.segmentShare[at]!;
    need([limit.shareBasisPoints, ...limit.exceptions.map((each) => each.shareBasisPoints)].includes(share), "its share is not the policy's");
    need(
      market.limitBasis[place] === Math.max(LimitBasis.DEMAND, limit.basis) && market.limitMeasure[place] === Math.max(1, limit.measure),
      "its limit is measured otherwise than the policy says",
    );
    const thin = report.eligibleControllerCount < limit.minControllers;
    need(report.thin === thin && (market.segmentWaived[at] === 1) === (thin && limit.thinMarketRule === ThinMarketRule.WAIVE), "is waived otherwise than the policy says");
    const given = this.isMatched(at) ? this.count().found.ofSegment[at]! : market.segmentDemanded[at]!;
    need(market.segmentVolume[at] === plus(given, market.segmentHeld[at]!), "its volume is another");
    const cap = capOf(share, market.segmentVolume[at]!);
    need(market.segmentCap[at] === cap, `its cap should be ${cap}`);
  }

  // Of what was found, and of what stands.
  private checkRow(at: number, row: number): void {
    const { market, problem } = this.contents;
    const { found, stands } = this.count();
    const held = market.rowHeld[row]!;
    const cap = this.capOfRow(at, row, market.segmentVolume[at]!);
    const cell = market.rowCell[row]!;
    if (market.segmentWaived[at] === 1) return need(cell < 0, "has a cell, and is waived");
    const room = least(most(0n, cap - held), BigInt(unitsMax));
    need(cell < 0 || this.isMatched(at) || BigInt(problem.cellRoom[cell]!) === room, `the room of cell ${cell} is not its cap less what is held`);
    const isAbove = isAboveCap(held, found, row, cap) || isAboveCap(this.rowHeld[row]!, stands, row, this.capOfRow(at, row, this.volumeOf(at)));
    need(!isAbove, `${pseudonym("party", market.controllerName[market.rowController[row]!]!)} stands above its cap`);
  }
}

// One that holds nothing may have one unit.
function isAboveCap(held: bigint, count: SegmentCount, row: number, cap: bigint): boolean {
  const units = count.unitsOfRow[row]!;
  return units > 0n && (held > 0n || units > 1n) && plus(held, count.ofRow[row]!) > cap;
}
