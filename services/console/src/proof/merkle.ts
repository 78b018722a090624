// Proofs over a Merkle tree of RFC 9162: that a leaf is in it, and that a tree begins with another. Each throws what
// is wrong.
import { areEqual, type Bytes } from "./bytes";
import { sha256, sha256Bytes } from "./sha256";

export const proofHashesMax = 64;

export function leafHashOf(leaf: Uint8Array): Promise<Bytes> {
  return sha256(Uint8Array.of(0), leaf);
}

export function nodeHashOf(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return sha256(Uint8Array.of(1), left, right);
}

const wrongLength = (proof: Uint8Array[]) => new Error(`the proof has ${proof.length} hashes, which is not what its sizes take`);

function checkHashes(proof: Uint8Array[], ends: Uint8Array[]): void {
  if (proof.length > proofHashesMax || [...proof, ...ends].some(({ length }) => length !== sha256Bytes)) throw new Error("the proof is none");
}

// Section 2.1.3.2.
export async function checkInclusion(index: bigint, leafCount: bigint, leafHash: Uint8Array, proof: Uint8Array[], root: Uint8Array): Promise<void> {
  checkHashes(proof, [leafHash, root]);
  if (index < 0n || index >= leafCount) throw new Error(`leaf ${index} is not in a tree of ${leafCount}`);
  let at = index;
  let last = leafCount - 1n;
  let node = leafHash;
  for (const hash of proof) {
    if (last === 0n) throw wrongLength(proof);
    if (at % 2n === 1n || at === last) {
      node = await nodeHashOf(hash, node);
      while (at % 2n === 0n && at !== 0n) {
        at /= 2n;
        last /= 2n;
      }
    } else {
      node = await nodeHashOf(node, hash);
    }
    at /= 2n;
    last /= 2n;
  }
  if (last !== 0n) throw wrongLength(proof);
  if (!areEqual(node, root)) throw new Error("the proof does not come to the root");
}

// Section 2.1.4.2.
export async function checkConsistency(
  first: bigint, second: bigint, firstRoot: Uint8Array, secondRoot: Uint8Array, proof: Uint8Array[],
): Promise<void> {
  checkHashes(proof, []);
  if (first < 1n || first > second) throw new Error(`a tree of ${second} leaves does not begin with one of ${first}`);
  if (first === second) {
    if (proof.length > 0) throw wrongLength(proof);
    if (!areEqual(firstRoot, secondRoot)) throw new Error("two trees of as many leaves have different roots");
    return;
  }
  // The hash of a whole tree of 2^k leaves is not said again.
  const path = (first & (first - 1n)) === 0n ? [firstRoot, ...proof] : proof;
  if (path.length === 0) throw wrongLength(proof);
  let at = first - 1n;
  let last = second - 1n;
  while (at % 2n === 1n) {
    at /= 2n;
    last /= 2n;
  }
  let older = path[0]!;
  let newer = path[0]!;
  for (const hash of path.slice(1)) {
    if (last === 0n) throw wrongLength(proof);
    if (at % 2n === 1n || at === last) {
      older = await nodeHashOf(hash, older);
      newer = await nodeHashOf(hash, newer);
      while (at % 2n === 0n && at !== 0n) {
        at /= 2n;
        last /= 2n;
      }
    } else {
      newer = await nodeHashOf(newer, hash);
    }
    at /= 2n;
    last /= 2n;
  }
  if (last !== 0n) throw wrongLength(proof);
  if (!areEqual(older, firstRoot)) throw new Error("the proof does not come to the root of the earlier tree");
  if (!areEqual(newer, secondRoot)) throw new Error("the proof does not come to the root of the later tree");
}
