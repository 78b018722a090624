// A round's bundle, as a file or as the market sends it, read so that its checks can look anywhere in it. What is wrong
// with its form is thrown.
import { create, fromJsonString, toJson, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { Inflate } from "pako";
import { RoundBundleSchema, RoundStatementSchema, type RoundBundle, type RoundStatement } from "../../generated/ayni/v1/bundle_pb";
import { LeftOut_Reason } from "../../generated/ayni/v1/round_pb";
import { utf8, type Bytes } from "./bytes";
import { canonicalText } from "./canonical_json";
import { Columns } from "./columns";
import { amountMax, marketColumns, marketOf, type MarketColumns } from "./market_columns";
import {
  floorColumns, maxminColumns, minimumOf, problemColumns, problemOf, solutionColumns, solutionOf, unitsMax,
  type Minimum, type Problem, type Solution,
} from "./problem";

export const fileBytesMax = 128 << 20;
const textBytesMax = 256 << 20;
const format = "ayni round bundle v1";
const gzipBytesMin = 18; // its header and trailer
const gzipAlone = 31; // of zlib's window bits: no other wrapper
const pieceBytes = 1 << 16;

export interface BundleContents {
  bundle: RoundBundle; // without its columns
  statementText: Bytes;
  statement: RoundStatement;
  problem: Problem;
  solution: Solution;
  minimum: Minimum | undefined;
  market: MarketColumns;
  digests: { problem: Bytes; solution: Bytes; market: Bytes };
}

export function readBundleFile(file: Uint8Array): Promise<BundleContents> {
  if (file.length > fileBytesMax) throw new Error("is larger than any bundle");
  return contentsOf(readJson(RoundBundleSchema, inflated(file), "the bundle"));
}

// The parts of ReadRoundBundle, merged in their order.
export function mergedParts(parts: RoundBundle[]): RoundBundle {
  const bundle = create(RoundBundleSchema);
  for (const part of parts) {
    bundle.format ||= part.format;
    bundle.checkpoint ||= part.checkpoint;
    bundle.creation ??= part.creation;
    bundle.clearing ??= part.clearing;
    bundle.publication ??= part.publication;
    bundle.policy ??= part.policy;
    bundle.statement.push(...part.statement);
    bundle.columns.push(...part.columns);
  }
  return bundle;
}

export async function contentsOf(bundle: RoundBundle): Promise<BundleContents> {
  if (bundle.format !== format) throw new Error(`is no bundle of the format ${format}`);
  const text = bundle.statement.join("");
  const statement = readJson(RoundStatementSchema, text, "the statement");
  const columns = Columns.of(bundle.columns);
  bundle.columns = [];
  const problem = problemOf(columns);
  const minimum = minimumOf(columns, problem);
  columns.checkKnown(
    new Set<string>([
      ...problemColumns, ...floorColumns, ...solutionColumns, ...marketColumns,
      ...(minimum ? [...maxminColumns, "need_group", "maxmin_measure"] : []),
    ]),
  );
  const market = marketOf(columns, problem, statement.keptCells.length);
  const solution = solutionOf(columns, problem);
  checkPlaces(statement, problem, market);
  const kind = minimum ? "maxmin " : "";
  return {
    bundle,
    statementText: utf8(text),
    statement,
    problem,
    solution,
    minimum,
    market,
    digests: {
      problem: await columns.digest(`ayni ${kind}problem v${minimum ? 2 : 1}\n`, [
        ...problemColumns,
        ...(problem.cellFloor.length > 0 ? floorColumns : []),
        ...(minimum ? ["need_group", "maxmin_measure"] : []),
      ]),
      solution: await columns.digest(`ayni ${kind}solution v1\n`, [...solutionColumns, ...(minimum ? maxminColumns : [])]),
      // Bundles from before there were prices of candidates have no such column.
      market: await columns.digest("ayni market v1\n", marketColumns.filter((name) => name !== "edge_unit_price" || market.edgePrice.length > 0)),
    },
  };
}

// Of one whole gzip file, and nothing behind it.
function inflated(file: Uint8Array): string {
  const wrong = new Error("is no gzip file, or not a whole one");
  if (file.length < gzipBytesMin) throw wrong;
  const inflate = new Inflate({ windowBits: gzipAlone });
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  let size = 0;
  inflate.onData = (chunk: Uint8Array) => {
    size += chunk.length;
    if (size > textBytesMax) throw new Error("holds more text than any bundle");
    text += decoder.decode(chunk, { stream: true });
  };
  const last = file.length - 1;
  for (let at = 0; at < last && !inflate.ended; at += pieceBytes) inflate.push(file.subarray(at, Math.min(last, at + pieceBytes)), false);
  const endedBefore = inflate.ended;
  inflate.push(file.subarray(last), false);
  // A file that another follows ends with the size of that one.
  const stated = new DataView(file.buffer, file.byteOffset + file.length - 4).getUint32(0, true);
  if (endedBefore || !inflate.ended || inflate.err !== 0 || stated !== size) throw wrong;
  return text + decoder.decode();
}

// In the one form in which such a text is written: of a field that stands twice, two verifiers might each see another.
function readJson<D extends DescMessage>(schema: D, text: string, what: string): MessageShape<D> {
  let message: MessageShape<D>;
  try {
    message = fromJsonString(schema, text);
  } catch (cause) {
    throw new Error(`${what} can't be read: ${String(cause).slice(0, 200)}`);
  }
  if (canonicalText(toJson(schema, message)) !== text) throw new Error(`${what} is not as it is written: a field stands twice, or in another place`);
  return message;
}

// Ascending places below `count`, each with an amount of 1 to `most`.
function arePlaces(places: bigint[], amounts: bigint[], count: number, most: bigint): boolean {
  return (
    places.length === amounts.length &&
    places.every((place, at) => place > (at === 0 ? -1n : places[at - 1]!) && place < count && amounts[at]! >= 1n && amounts[at]! <= most)
  );
}

function areLeftOut({ leftOutByReason }: RoundStatement, edges: number): boolean {
  return leftOutByReason.every((each, at) => {
    const before = leftOutByReason[at - 1];
    const ascends = before === undefined ? each.edge >= 0n : each.edge > before.edge || (each.edge === before.edge && each.reason > before.reason);
    return ascends && each.edge < edges && each.reason !== LeftOut_Reason.UNSPECIFIED && each.quantity >= 1n && each.quantity <= unitsMax;
  });
}

function checkPlaces(statement: RoundStatement, problem: Problem, market: MarketColumns): void {
  const edges = problem.edgeOffer.length;
  const are =
    arePlaces(statement.leftOutEdges, statement.leftOutUnits, edges, BigInt(unitsMax)) &&
    areLeftOut(statement, edges) &&
    arePlaces(statement.heldSinceSegments, statement.segmentHeldSince, market.segmentLimit.length, amountMax) &&
    arePlaces(statement.heldSinceRows, statement.rowHeldSince, market.rowController.length, amountMax);
  if (!are) throw new Error("the statement names an edge, a segment or a row that there is not");
}
