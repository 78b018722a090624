import { clone } from "@bufbuild/protobuf";
import { gzip } from "pako";
import { beforeAll, describe, expect, it } from "vitest";
import { RoundBundleSchema, type BundleLeaf, type RoundBundle } from "../generated/ayni/v1/bundle_pb";
import { checkBundle, type Given } from "../src/proof/bundle_check";
import { contentsOf } from "../src/proof/bundle_file";
import { verifyMatching } from "../src/proof/certificate";
import type { Finding, Subject } from "../src/proof/finding";
import { joined } from "../src/proof/bytes";
import { aLog, fileOf, kinds, madeBundle, textOf, type Log } from "./made_bundle";

let log: Log;
let other: Log;
const bundles = new Map<string, RoundBundle>();
beforeAll(async () => {
  log = await aLog();
  other = await aLog();
  for (const kind of kinds) bundles.set(kind, await madeBundle(kind, log));
});

async function findingsOf(given: Given, key = log.verifier): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of checkBundle(given, key)) found.push(finding);
  return found;
}
const wrongOf = (findings: Finding[]): Subject[] => findings.filter(({ right }) => !right).map(({ subject }) => subject);
const ofText = (text: string): Promise<Finding[]> => findingsOf({ file: fileOf(text) });

describe.each(kinds)("a round of the kind %s", (kind) => {
  it("proves itself, as a file and in the parts that the market sends", async () => {
    const bundle = bundles.get(kind)!;
    const findings = await ofText(textOf(bundle));
    expect(findings.filter(({ right }) => !right)).toEqual([]);
    expect(findings.map(({ subject }) => subject)).toEqual([
      "file", "checkpoint", "creation", "clearing", "publication", "policy", "order", "seed", "statement", "problem", "solution", "market",
      ...(kind === "maxmin" ? ["smallest"] : []), "proof", "summary", "cells", "reports", "concentration", "caps",
    ]);
    const first = clone(RoundBundleSchema, { ...bundle, columns: [] });
    const columns = bundle.columns.map((column) => clone(RoundBundleSchema, { $typeName: "ayni.v1.RoundBundle", format: "", checkpoint: "", statement: [], columns: [column] }));
    expect(wrongOf(await findingsOf({ parts: [first, ...columns] }))).toEqual([]);
  });
});

function column(bundle: RoundBundle, name: string): Uint8Array {
  return bundle.columns.find((each) => each.name === name && each.numbers.length > 0)!.numbers;
}
const flip = (name: string, at = 0, bit = 1) => (bundle: RoundBundle) => void (column(bundle, name)[at]! ^= bit);
const leaves = ["creation", "clearing", "publication", "policy"] as const;
type LeafName = (typeof leaves)[number];
const middle = (bytes: Uint8Array) => void (bytes[bytes.length >> 1]! ^= 1);
const state = (old: RegExp, now: string) => (bundle: RoundBundle) => {
  const text = bundle.statement.join("");
  expect(text).toMatch(old);
  bundle.statement = [text.replace(old, now)];
};

// What is done to the bundle, and the lines of which at least one must be wrong: as tests/e2e/round_bundle_test.py has it.
const tamperings: [string, (bundle: RoundBundle) => void, Subject[]][] = [
  ["one leaf more in the checkpoint", (bundle) => (bundle.checkpoint = bundle.checkpoint.replace("\n5\n", "\n6\n")), ["checkpoint"]],
  ...leaves.flatMap((leaf): [string, (bundle: RoundBundle) => void, Subject[]][] => [
    [`a bit of the leaf of the ${leaf}`, (bundle) => middle(bundle[leaf]!.leaf), [leaf]],
    leaf === "publication"
      ? ["a bit of the publication's proof", (bundle) => middle(bundle[leaf]!.proof[0]!), [leaf]]
      : [`a bit of the record of the ${leaf}`, (bundle) => middle(bundle[leaf]!.record), [leaf]],
  ]),
  ...(["creation", "clearing", "policy"] as LeafName[]).map((leaf): [string, (bundle: RoundBundle) => void, Subject[]] => [
    `a bit of the salt of the ${leaf}`, (bundle) => middle(bundle[leaf]!.salt), [leaf as Subject],
  ]),
  ["creation and clearing exchanged", (bundle) => ([bundle.creation, bundle.clearing] = [bundle.clearing as BundleLeaf, bundle.creation as BundleLeaf]), ["order"]],
  ["another seed", state(/("seed":"\d*)(\d)"/, '$11"'), ["seed", "statement"]],
  ["a higher value", state(/"value":"/, '"value":"1'), ["statement", "proof"]],
  ["a lower HHI", state(/"hhi":\d+/, '"hhi":1'), ["statement"]],
  ["a larger share", state(/"matchedQuantity":"(\d+)","cap"/, '"matchedQuantity":"1$1","cap"'), ["statement"]],
  ["another demand", flip("need_demand"), ["problem"]],
  ...["offer_capacity", "cell_room", "edge_weight"].map((name): [string, (bundle: RoundBundle) => void, Subject[]] => [name, flip(name), ["problem"]]),
  ...["edge_bound", "edge_cell"].map((name): [string, (bundle: RoundBundle) => void, Subject[]] => [name, flip(name), ["problem", "file"]]),
  ...["edge_units", "need_price", "offer_price", "cell_price"].map((name): [string, (bundle: RoundBundle) => void, Subject[]] => [name, flip(name), ["solution"]]),
  ["a higher cap", flip("segment_cap", 1), ["market"]],
  ...["need_name", "row_held", "segment_share", "need_open"].map((name): [string, (bundle: RoundBundle) => void, Subject[]] => [name, flip(name), ["market", "file"]]),
];

describe("every tampering is found", () => {
  it.each(tamperings)("%s", async (_, change, expected) => {
    const bundle = clone(RoundBundleSchema, bundles.get("limits")!);
    const before = textOf(bundle);
    change(bundle);
    expect(textOf(bundle)).not.toBe(before);
    const wrong = wrongOf(await ofText(textOf(bundle)));
    expect(wrong.some((subject) => expected.includes(subject)), `found ${wrong.join(", ") || "nothing"}`).toBe(true);
  });

  it("another round's leaves and columns", async () => {
    const stranger = bundles.get("reserves")!;
    for (const leaf of leaves) {
      const bundle = clone(RoundBundleSchema, bundles.get("limits")!);
      bundle[leaf] = stranger[leaf]!;
      expect(wrongOf(await ofText(textOf(bundle))), leaf).toContain(leaf);
    }
    const bundle = clone(RoundBundleSchema, bundles.get("limits")!);
    column(bundle, "need_price").set(column(stranger, "need_price").subarray(0, 8).map((byte) => byte ^ 3));
    expect(wrongOf(await ofText(textOf(bundle)))).toContain("solution");
  });

  it("another key", async () => {
    expect(wrongOf(await findingsOf({ file: fileOf(textOf(bundles.get("limits")!)) }, other.verifier))).toContain("checkpoint");
  });
});

// An operator who signs what was made up: the ledger is right, and the outcome is not.
describe("what is signed and wrong is found all the same", () => {
  const resigned = async (kind: (typeof kinds)[number], change: (bundle: RoundBundle) => void): Promise<Subject[]> => {
    const bundle = clone(RoundBundleSchema, bundles.get(kind)!);
    change(bundle);
    return wrongOf(await ofText(textOf(bundle)));
  };
  it.each([
    ["limits", "a unit more than is asked", flip("edge_units", 0, 0x7f), "proof"],
    ["limits", "a price that proves less", flip("need_price", 2), "proof"],
    ["maxmin", "a price of a promise", flip("promise_price", 1), "proof"],
    ["maxmin", "a weight of a share", flip("share_weight", 0, 3), "smallest"],
    ["reserves", "a floor", flip("cell_floor"), "summary"],
    ["limits", "what a controller holds", flip("row_held", 0, 0x10), "caps"],
    ["money", "an offer's price", flip("offer_unit_price", 1), "reports"],
    ["matched", "a held quantity", flip("segment_held", 1), "reports"],
    ["limits", "a value", state(/"value":"/, '"value":"1'), "proof"],
    ["limits", "a bound", state(/"upperBound":"/, '"upperBound":"1'), "proof"],
    ["limits", "an HHI", state(/"hhi":\d+/, '"hhi":1'), "concentration"],
  ] as const)("%s: %s", async (kind, _, change, expected) => {
    expect(await resigned(kind, change)).toContain(expected);
  });
});

it("takes all that edges are worth above their prices for possible: without prices, all of it", async () => {
  const { problem, solution } = await contentsOf(clone(RoundBundleSchema, bundles.get("limits")!));
  const none = (column: Float64Array) => new Float64Array(column.length);
  const prices = { need: none(problem.needDemand), offer: none(problem.offerCapacity), tap: none(problem.tapCapacity), cell: none(problem.cellRoom) };
  const all = [...problem.edgeBound].reduce((sum, bound, edge) => sum + BigInt(bound) * BigInt(problem.edgeWeight[edge]!), 0n);
  expect(verifyMatching(problem, { ...solution, prices }).upperBound).toBe(all);
});

describe("a text has one form, and a file one content", () => {
  it.each([
    ["a field twice", (text: string) => `${text.slice(0, -1)},"format":"ayni round bundle v1"}`],
    ["a blank behind it", (text: string) => `${text} `],
    ["a blank within", (text: string) => text.replace(":", ": ")],
    ["a mark before it", (text: string) => `\ufeff${text}`],
    ["a letter by its number", (text: string) => text.replace("v1", "\\u00761")],
    ["a field that is not known", (text: string) => `${text.slice(0, -1)},"note":"x"}`],
    ["base64 in another form", (text: string) => text.replace(/"salt":"([^"]*)I="/, '"salt":"$1J="').replace(/=",/, '",')],
    ["a column that is not known", (text: string) => text.replace('"name":"need_open"', '"name":"need_shut"')],
  ])("%s", async (_, change) => {
    const text = textOf(bundles.get("limits")!);
    expect(change(text)).not.toBe(text);
    expect(wrongOf(await ofText(change(text)))).toEqual(["file"]);
  });

  it.each([
    ["a field of the statement twice", (text: string) => `${text.slice(0, -1)},"policyDigest":""}`],
    ["a field of a report twice", (text: string) => text.replace('"hhi":', '"hhi":1,"hhi":')],
  ])("%s", async (_, change) => {
    const bundle = clone(RoundBundleSchema, bundles.get("limits")!);
    bundle.statement = [change(bundle.statement.join(""))];
    expect(wrongOf(await ofText(textOf(bundle)))).toEqual(["file"]);
  });

  it("a place beyond every column", async () => {
    const bundle = clone(RoundBundleSchema, bundles.get("limits")!);
    const begins = column(bundle, "need_edge_begin");
    new DataView(begins.buffer, begins.byteOffset).setBigInt64(8, 2n ** 63n - 1n, true);
    expect(wrongOf(await ofText(textOf(bundle)))).toEqual(["file"]);
  });

  it("is refused cut off, and with anything behind it", async () => {
    const whole = fileOf(textOf(bundles.get("limits")!));
    const others = [0, 1, 20, whole.length >> 1, whole.length - 9, whole.length - 1].map((size) => whole.slice(0, size));
    others.push(joined(whole, Uint8Array.of(120)), joined(whole, new Uint8Array(8)), joined(whole, gzip(" ")), joined(whole, gzip("")), joined(whole, Uint8Array.of(0), whole.slice(-4)));
    for (const file of others) expect(wrongOf(await findingsOf({ file })), `${file.length}`).toEqual(["file"]);
  });

  it("takes a note in any letters, as the market writes them", async () => {
    const bundle = clone(RoundBundleSchema, bundles.get("limits")!);
    bundle.statement = [bundle.statement.join("").replace('"seed"', '"note":"Campaña ñandú \\u003cb\\u003e \\u200b \\u2028"')];
    bundle.statement = [bundle.statement[0]!.replace(/("note":"[^"]*"):"(\d+)"/, '"seed":"$2",$1')];
    expect(wrongOf(await ofText(textOf(bundle)))).not.toContain("file");
  });
});
