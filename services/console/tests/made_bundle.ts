// Bundles of small rounds of every kind, whole and signed: policy, figures and columns are those of tests/fuzz/corpus, which a
// market made. Its pseudonyms are given anew, in ascending order as bundles have them since, and the ledger is made here.
import { create, fromJsonString, toBinary, toJson, type MessageInitShape } from "@bufbuild/protobuf";
import { gzip } from "pako";
import { BundleColumnSchema, BundleLeafSchema, RoundBundleSchema, RoundStatementSchema, type RoundBundle } from "../generated/ayni/v1/bundle_pb";
import { LedgerEventSchema } from "../generated/ayni/v1/ledger_pb";
import { Round_State, RoundSchema } from "../generated/ayni/v1/round_pb";
import { fromBase64, hex, joined, toBase64, utf8, type Bytes } from "../src/proof/bytes";
import { canonicalText } from "../src/proof/canonical_json";
import { Columns } from "../src/proof/columns";
import { marketColumns } from "../src/proof/market_columns";
import { leafHashOf, nodeHashOf } from "../src/proof/merkle";
import { hmacSha256, sha256 } from "../src/proof/sha256";

export const kinds = ["limits", "matched", "maxmin", "money", "offered", "reserves", "superseded"] as const;
const name = "mercado.example/ayni";
const secondsPerDay = 86_400n;

export interface Log {
  verifier: string;
  sign: (text: string) => Promise<string>; // the note
}

export async function aLog(): Promise<Log> {
  const pair = (await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"])) as CryptoKeyPair;
  const key = joined(Uint8Array.of(1), new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  const id = (await sha256(utf8(`${name}\n`), key)).subarray(0, 4);
  return {
    verifier: `${name}+${hex(id)}+${toBase64(key)}`,
    sign: async (text) => `${text}\n\u2014 ${name} ${toBase64(joined(id, new Uint8Array(await crypto.subtle.sign({ name: "Ed25519" }, pair.privateKey, utf8(text)))))}\n`,
  };
}

const texts = import.meta.glob<string>("../../../tests/fuzz/corpus/round_bundle/*", { query: "?raw", import: "default", eager: true });

function partsOf(kind: (typeof kinds)[number]): { statement: string; policy: Bytes; columns: { name: string; numbers: Bytes }[] } {
  const lines = texts[`../../../tests/fuzz/corpus/round_bundle/${kind}`]!.split("\n");
  const rest = (word: string) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  return {
    statement: rest("statement").join(""),
    policy: fromBase64(rest("policy").join("")),
    columns: rest("column").map((line) => {
      const [column = "", ...numbers] = line.trim().split(" ");
      return { name: column, numbers: new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer) };
    }),
  };
}

const pseudonymColumns = { need_name: "need", offer_name: "offer", tap_name: "party", controller_name: "party", group_name: "party" };
const pseudonym = (kind: string, number: bigint) => `${kind}-${BigInt.asUintN(64, number).toString(16).padStart(16, "0")}`;

async function renamed(kind: (typeof kinds)[number]): Promise<ReturnType<typeof partsOf>> {
  const parts = partsOf(kind);
  let { statement } = parts;
  const columns = parts.columns.map(({ name: column, numbers }) => {
    const of = pseudonymColumns[column as keyof typeof pseudonymColumns];
    if (of === undefined) return { name: column, numbers };
    const old = new BigInt64Array(numbers.buffer);
    // So far apart that signs and 2^53 matter.
    const now = old.map((_, at) => -(2n ** 62n) + BigInt(at) * 2n ** 59n);
    old.forEach((number, at) => (statement = statement.replaceAll(`"${pseudonym(of, number)}"`, `"${pseudonym(of, now[at]!)} "`)));
    statement = statement.replaceAll(' "', '"');
    return { name: column, numbers: new Uint8Array(now.buffer) };
  });
  const read = fromJsonString(RoundStatementSchema, statement);
  const names = marketColumns.filter((column) => column !== "edge_unit_price" || columns.some((each) => each.name === column && each.numbers.length > 0));
  read.marketDigest = await Columns.of(columns.map((column) => create(BundleColumnSchema, column))).digest("ayni market v1\n", names);
  return { ...parts, statement: canonicalText(toJson(RoundStatementSchema, read)), columns };
}

export async function madeBundle(kind: (typeof kinds)[number], log: Log): Promise<RoundBundle> {
  const { statement: text, policy, columns } = await renamed(kind);
  const statement = fromJsonString(RoundStatementSchema, text);
  const round = statement.round!;
  const seconds = (round.snapshotTime?.seconds ?? 0n) - secondsPerDay;
  const salt = utf8("a salt of this content");
  const digestOf = async (record: Bytes): Promise<Bytes> => hmacSha256(salt, await sha256(record));
  const begun = { name: round.name, policy: round.policy, objective: round.objective, seed: round.seed, targetGapPpm: round.targetGapPpm, timeLimit: round.timeLimit, maxminMeasure: round.maxminMeasure, maxminOver: round.maxminOver };
  const created = toBinary(RoundSchema, create(RoundSchema, { ...begun, state: Round_State.DRAFT })) as Bytes;
  const cleared = toBinary(RoundSchema, create(RoundSchema, { ...begun, state: Round_State.CLEARING })) as Bytes;
  const leafOf = (event: MessageInitShape<typeof LedgerEventSchema>): Bytes => toBinary(LedgerEventSchema, create(LedgerEventSchema, { ...event, time: { $typeName: "google.protobuf.Timestamp", seconds, nanos: 0 } } as typeof event)) as Bytes;
  const ofRound = (method: string, digests: object) => leafOf({ method: `ayni.v1.RoundService/${method}`, resource: round.name, ...digests });
  const leaves = [
    leafOf({ method: "ayni.v1.PartyService/CreateParty", resource: "parties/p" }),
    leafOf({ method: "ayni.v1.PolicyService/ActivatePolicy", resource: round.policy, afterDigest: await digestOf(policy) }),
    ofRound("CreateRound", { afterDigest: await digestOf(created) }),
    ofRound("PublishRound", { beforeDigest: await digestOf(created), afterDigest: await digestOf(cleared) }),
    ofRound("PublishRound", { beforeDigest: await digestOf(cleared), afterDigest: utf8("32 bytes"), publicDigest: await sha256(utf8(text)) }),
  ];
  const hashes = await Promise.all(leaves.map((leaf) => leafHashOf(leaf)));
  const [ab, cd] = [await nodeHashOf(hashes[0]!, hashes[1]!), await nodeHashOf(hashes[2]!, hashes[3]!)];
  const abcd = await nodeHashOf(ab, cd);
  const root = await nodeHashOf(abcd, hashes[4]!);
  const proofs = [[hashes[1]!, cd, hashes[4]!], [hashes[0]!, cd, hashes[4]!], [hashes[3]!, ab, hashes[4]!], [hashes[2]!, ab, hashes[4]!], [abcd]];
  const at = (index: number, record = new Uint8Array(), own = salt) =>
    create(BundleLeafSchema, { index: BigInt(index), leaf: leaves[index]!, proof: proofs[index]!, record, salt: record.length > 0 ? own : new Uint8Array() });
  return create(RoundBundleSchema, {
    format: "ayni round bundle v1",
    checkpoint: await log.sign(`${name}\n${leaves.length}\n${toBase64(root)}\n`),
    creation: at(2, created),
    clearing: at(3, cleared),
    publication: at(4),
    policy: at(1, policy),
    statement: [text],
    columns,
  });
}

export const textOf = (bundle: RoundBundle): string => canonicalText(toJson(RoundBundleSchema, bundle));
export const fileOf = (text: string): Uint8Array => gzip(text);
