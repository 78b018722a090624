// What this browser knows of the market's ledger: the key that it was first shown, and the last signed head. Whoever shows
// it another key, or a head that does not continue that one, is found out.
import type { Database } from "../offline/database";
import { areEqual, fromBase64, toBase64 } from "./bytes";
import { checkConsistency } from "./merkle";
import type { CheckpointText } from "./signed_note";

export interface SeenLedger {
  id: "own"; // a browser's storage is of one address, and so of one market
  verifier: string;
  compared: boolean; // with one that was got by another way
  pinTime: number;
  head?: { leafCount: string; root: string; note: string; time: number };
}

export type KeyJudgement = "first" | "same" | "changed";
export type HeadJudgement =
  | { kind: "first" }
  | { kind: "same" }
  | { kind: "grew"; from: bigint; since: number }
  | { kind: "alarm"; why: "rolledBack" | "forked"; seen: bigint; since: number };

export function judgeKey(seen: SeenLedger | undefined, verifier: string): KeyJudgement {
  if (seen === undefined) return "first";
  return seen.verifier === verifier ? "same" : "changed";
}

// `prove` gives the hashes of the consistency proof between two sizes.
export async function judgeHead(
  seen: SeenLedger, head: CheckpointText, prove: (first: bigint, second: bigint) => Promise<Uint8Array[]>,
): Promise<HeadJudgement> {
  if (seen.head === undefined) return { kind: "first" };
  const { time: since } = seen.head;
  const from = BigInt(seen.head.leafCount);
  const root = fromBase64(seen.head.root);
  if (head.leafCount < from) return { kind: "alarm", why: "rolledBack", seen: from, since };
  if (head.leafCount === from) return areEqual(root, head.root) ? { kind: "same" } : { kind: "alarm", why: "forked", seen: from, since };
  const proof = await prove(from, head.leafCount);
  try {
    await checkConsistency(from, head.leafCount, root, head.root, proof);
  } catch {
    return { kind: "alarm", why: "forked", seen: from, since };
  }
  return { kind: "grew", from, since };
}

export function withHead(seen: SeenLedger, head: CheckpointText, note: string, time: number): SeenLedger {
  return { ...seen, head: { leafCount: String(head.leafCount), root: toBase64(head.root), note, time } };
}

export const readSeen = (kept: Database): Promise<SeenLedger | undefined> => kept.get<SeenLedger>("ledgers", "own");
export const keepSeen = (kept: Database, seen: SeenLedger): Promise<IDBValidKey> => kept.put("ledgers", seen);
export const forgetSeen = (kept: Database): Promise<undefined> => kept.remove("ledgers", "own");
