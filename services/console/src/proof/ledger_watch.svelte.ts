// The newest signed head as the market shows it, and what this browser makes of it.
import type { Checkpoint, LedgerKey } from "../../generated/ayni/v1/ledger_pb";
import { LedgerService } from "../../generated/ayni/v1/ledger_service_pb";
import { refusalOf, type Refusal } from "../api/refusal";
import { read } from "../api/read.svelte";
import { database } from "../offline/database";
import { signedBy, type SignedBy } from "./ed25519";
import { forgetSeen, judgeHead, judgeKey, keepSeen, readSeen, withHead, type HeadJudgement, type SeenLedger } from "./seen_ledger";
import { checkNote, parseNote, parseVerifier, readCheckpoint, type CheckpointText } from "./signed_note";

export interface Witness {
  name: string;
  state: "right" | "wrong" | "missing";
  seconds: number; // when it cosigned
}

const methods = LedgerService.method;

class LedgerWatch {
  checking = $state(false);
  refusal = $state.raw<Refusal | undefined>();
  seen = $state.raw<SeenLedger | undefined>();
  offered = $state.raw<LedgerKey | undefined>(); // as the market shows it now
  keyChanged = $state(false);
  checkpoint = $state.raw<Checkpoint | undefined>();
  head = $state.raw<CheckpointText | undefined>(); // once its signature is right
  unsigned = $state(""); // why it is not
  judgement = $state.raw<HeadJudgement | undefined>();
  witnesses = $state.raw<Witness[]>([]);
  by = $state<SignedBy | undefined>();

  get alarmed(): boolean {
    return this.keyChanged || this.unsigned !== "" || this.judgement?.kind === "alarm";
  }

  async check(): Promise<void> {
    this.checking = true;
    this.refusal = undefined;
    try {
      await this.checkKey();
      await this.checkHead();
    } catch (cause) {
      this.refusal = refusalOf(cause);
    } finally {
      this.checking = false;
    }
  }

  private async checkKey(): Promise<void> {
    const kept = await database();
    this.seen = await readSeen(kept);
    const offered = (await read(methods.getLedgerKey, {})).value;
    this.offered = offered;
    const judged = judgeKey(this.seen, offered.verifier);
    this.keyChanged = judged === "changed";
    if (judged !== "first") return;
    this.seen = { id: "own", verifier: offered.verifier, compared: false, pinTime: Date.now() };
    await keepSeen(kept, this.seen);
  }

  // By the key that was first seen, whatever the market shows now.
  private async checkHead(): Promise<void> {
    const { value: checkpoint, old } = await read(methods.getCheckpoint, { name: "checkpoints/latest" });
    this.checkpoint = checkpoint;
    this.by = await signedBy();
    this.head = undefined;
    this.judgement = undefined;
    this.unsigned = "";
    let head: CheckpointText;
    try {
      head = await readCheckpoint(checkpoint.note, await parseVerifier(this.seen!.verifier));
    } catch (cause) {
      this.unsigned = cause instanceof Error ? cause.message : String(cause);
      return;
    }
    this.head = head;
    await this.checkWitnesses(checkpoint.note);
    if (old) return; // what is kept from before says nothing of now
    this.judgement = await judgeHead(this.seen!, head, async (firstLeafCount, secondLeafCount) => {
      return (await read(methods.getConsistencyProof, { firstLeafCount, secondLeafCount })).value.hashes;
    });
    if (this.judgement.kind === "alarm") return;
    this.seen = withHead(this.seen!, head, checkpoint.note, Date.now());
    await keepSeen(await database(), this.seen);
  }

  private async checkWitnesses(note: string): Promise<void> {
    const parsed = parseNote(note);
    const found: Witness[] = [];
    for (const text of this.offered?.witnesses ?? []) {
      const witness = await parseVerifier(text);
      const gave = parsed.signatures.some(({ name, keyId }) => name === witness.name && keyId === witness.keyId);
      const seconds = gave ? await checkNote(parsed, witness).catch(() => -1) : 0;
      found.push({ name: witness.name, state: !gave ? "missing" : seconds < 0 ? "wrong" : "right", seconds });
    }
    this.witnesses = found;
  }

  // Whether the pasted key is the one that this browser keeps.
  async compare(pasted: string): Promise<boolean> {
    const same = this.seen !== undefined && pasted.trim() === this.seen.verifier;
    if (same) {
      this.seen = { ...this.seen!, compared: true };
      await keepSeen(await database(), this.seen);
    }
    return same;
  }

  // Begins anew: once somebody knows why the ledger is another.
  async forget(): Promise<void> {
    await forgetSeen(await database());
    this.seen = undefined;
    await this.check();
  }
}

export const ledgerWatch = new LedgerWatch();
