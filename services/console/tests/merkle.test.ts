import { describe, expect, it } from "vitest";
import consistency from "../../../tests/storage/ledger/vectors/consistency.json?raw";
import inclusion from "../../../tests/storage/ledger/vectors/inclusion.json?raw";
import { fromBase64, hex, utf8, type Bytes } from "../src/proof/bytes";
import { checkConsistency, checkInclusion, leafHashOf, nodeHashOf } from "../src/proof/merkle";

// Of RFC 6962 and RFC 9162: the vectors that the ledger's own code is tested with.
interface Vector { case: string; wantErr: boolean; proof: string[] | null; root: string; leafHash: string; leafIdx: number; treeSize: number; root1: string; root2: string; size1: number; size2: number }
const bytes = (text: string | null | undefined): Bytes => fromBase64(text ?? "");
const proofOf = ({ proof }: Vector): Bytes[] => (proof ?? []).map((hash) => bytes(hash));
const holds = (check: Promise<void>): Promise<boolean> => check.then(() => true, () => false);

describe("checkInclusion", () => {
  it.each(JSON.parse(inclusion) as Vector[])("$case", async (vector) => {
    const check = checkInclusion(BigInt(vector.leafIdx), BigInt(vector.treeSize), bytes(vector.leafHash), proofOf(vector), bytes(vector.root));
    expect(await holds(check)).toBe(!vector.wantErr);
  });
});

describe("checkConsistency", () => {
  it.each(JSON.parse(consistency) as Vector[])("$case", async (vector) => {
    const check = checkConsistency(BigInt(vector.size1), BigInt(vector.size2), bytes(vector.root1), bytes(vector.root2), proofOf(vector));
    expect(await holds(check)).toBe(!vector.wantErr);
  });
});

describe("a tree of each size up to 20", () => {
  const split = (n: number): number => 2 ** Math.floor(Math.log2(n - 1));
  const rootOf = async (leaves: Bytes[]): Promise<Bytes> =>
    leaves.length === 1 ? leaves[0]! : nodeHashOf(await rootOf(leaves.slice(0, split(leaves.length))), await rootOf(leaves.slice(split(leaves.length))));
  // PATH and SUBPROOF, as RFC 9162 defines them.
  async function path(index: number, leaves: Bytes[]): Promise<Bytes[]> {
    if (leaves.length === 1) return [];
    const at = split(leaves.length);
    return index < at
      ? [...(await path(index, leaves.slice(0, at))), await rootOf(leaves.slice(at))]
      : [...(await path(index - at, leaves.slice(at))), await rootOf(leaves.slice(0, at))];
  }
  async function subproof(first: number, leaves: Bytes[], known: boolean): Promise<Bytes[]> {
    if (first === leaves.length) return known ? [] : [await rootOf(leaves)];
    const at = split(leaves.length);
    return first <= at
      ? [...(await subproof(first, leaves.slice(0, at), known)), await rootOf(leaves.slice(at))]
      : [...(await subproof(first - at, leaves.slice(at), false)), await rootOf(leaves.slice(0, at))];
  }

  it("has each leaf at its place alone, and begins with each smaller one alone", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, at) => leafHashOf(utf8(`leaf ${at}`))));
    const roots = await Promise.all(all.map((_, at) => rootOf(all.slice(0, at + 1))));
    for (let size = 1; size <= all.length; ++size) {
      const leaves = all.slice(0, size);
      const root = roots[size - 1]!;
      for (let index = 0; index < size; ++index) {
        const proof = await path(index, leaves);
        expect(await holds(checkInclusion(BigInt(index), BigInt(size), all[index]!, proof, root)), `${index} of ${size}`).toBe(true);
        expect(await holds(checkInclusion(BigInt(index ^ 1), BigInt(size), all[index]!, proof, root)), `${index} elsewhere`).toBe(false);
        const growth = await subproof(index + 1, leaves, true);
        expect(await holds(checkConsistency(BigInt(index + 1), BigInt(size), roots[index]!, root, growth)), `${index + 1} to ${size}`).toBe(true);
        const forked = roots[(index + 1) % all.length]!;
        expect(await holds(checkConsistency(BigInt(index + 1), BigInt(size), forked, root, growth)), `${index + 1} to ${size}, forked`).toBe(false);
      }
    }
  });
});

it("hashes a leaf with a zero before it, as RFC 6962 has it", async () => {
  expect(hex(await leafHashOf(new Uint8Array()))).toBe("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
});
