// Whether the ledger holds what a bundle says of its round: services/bundle/ledger_check.h, in other code.
import { fromBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import type { BundleLeaf } from "../../generated/ayni/v1/bundle_pb";
import { LedgerEventSchema, type LedgerEvent } from "../../generated/ayni/v1/ledger_pb";
import { PolicySchema } from "../../generated/ayni/v1/policy_pb";
import { Round_State, RoundSchema, type Round } from "../../generated/ayni/v1/round_pb";
import type { BundleContents } from "./bundle_file";
import { areEqual, hex } from "./bytes";
import { check, need, type Finding, type Subject } from "./finding";
import { checkInclusion, leafHashOf } from "./merkle";
import { hmacSha256, sha256 } from "./sha256";
import { readCheckpoint, type CheckpointText, type NoteVerifier } from "./signed_note";

const createMethod = "ayni.v1.RoundService/CreateRound";
const publishMethod = "ayni.v1.RoundService/PublishRound";

export async function* checkLedger(contents: BundleContents, log: NoteVerifier): AsyncGenerator<Finding> {
  const { bundle, statement, digests } = contents;
  const round = statement.round;
  const summary = round?.summary;
  let head: CheckpointText = { origin: "", leafCount: 0n, root: new Uint8Array(32) };
  const events: Partial<Record<Subject, LedgerEvent>> = {};
  const begun: Round[] = [];

  yield await check("checkpoint", async () => {
    head = await readCheckpoint(bundle.checkpoint, log);
    return { leaves: String(head.leafCount), name: log.name };
  });

  const leafOf = async (subject: Subject, leaf: BundleLeaf | undefined, resource: string, method: string): Promise<LedgerEvent> => {
    if (leaf === undefined) throw new Error("its leaf is missing");
    await checkInclusion(leaf.index, head.leafCount, await leafHashOf(leaf.leaf), leaf.proof, head.root);
    const event = fromBinary(LedgerEventSchema, leaf.leaf);
    need(event.resource === resource, `its leaf is of ${event.resource}, not of ${resource}`);
    need(method === "" || event.method === method, `its leaf is of ${event.method}`);
    events[subject] = event;
    return event;
  };
  const recordOf = async <D extends DescMessage>(schema: D, leaf: BundleLeaf, event: LedgerEvent): Promise<MessageShape<D>> => {
    const digest = await hmacSha256(leaf.salt, await sha256(leaf.record));
    need(areEqual(digest, event.afterDigest), "its record is not the one that its leaf is of");
    const record = fromBinary(schema, leaf.record);
    need((record as { name?: string }).name === event.resource, "its record can't be read");
    return record;
  };
  const told = (leaf: BundleLeaf, event: LedgerEvent) => ({ leaf: String(leaf.index), seconds: String(event.time?.seconds ?? 0n) });

  yield await check("creation", async () => {
    const event = await leafOf("creation", bundle.creation, round?.name ?? "", createMethod);
    begun.push(await recordOf(RoundSchema, bundle.creation!, event));
    need(event.beforeDigest.length === 0, "the round was there before");
    return told(bundle.creation!, event);
  });
  yield await check("clearing", async () => {
    const event = await leafOf("clearing", bundle.clearing, round?.name ?? "", publishMethod);
    const record = await recordOf(RoundSchema, bundle.clearing!, event);
    begun.push(record);
    need(record.state === Round_State.CLEARING, "the round was not being cleared");
    return told(bundle.clearing!, event);
  });
  yield await check("publication", async () => {
    const event = await leafOf("publication", bundle.publication, round?.name ?? "", publishMethod);
    need(
      areEqual(event.beforeDigest, events.clearing?.afterDigest ?? new Uint8Array()),
      "something else happened to the round between its clearing and its publication",
    );
    return told(bundle.publication!, event);
  });
  yield await check("policy", async () => {
    const event = await leafOf("policy", bundle.policy, round?.policy ?? "", "");
    await recordOf(PolicySchema, bundle.policy!, event);
    need(areEqual(await sha256(bundle.policy!.record), statement.policyDigest), "the statement was made under another policy");
    return told(bundle.policy!, event);
  });
  yield await check("order", () => {
    const [created = 0n, cleared = 0n, published = 0n, policy = 0n] = [bundle.creation, bundle.clearing, bundle.publication, bundle.policy].map((leaf) => leaf?.index ?? 0n);
    need(created < cleared, "the round was cleared before its seed was fixed");
    need(cleared < published, "the round was published before it was cleared");
    need(policy < published, "the policy came after the publication");
    need((round?.snapshotTime?.seconds ?? 0n) >= (events.creation?.time?.seconds ?? 0n), "the snapshot is older than the seed");
    return {};
  });
  yield await check("seed", () => {
    need(begun.length === 2 && round !== undefined, "what the round began with is not known");
    for (const earlier of begun) {
      const differs = (holds: boolean, what: string) => need(holds, `the round began with another ${what}`);
      differs(earlier.seed === round!.seed, "seed");
      differs(earlier.policy === round!.policy, "policy");
      differs(earlier.objective === round!.objective, "objective");
      differs(earlier.maxminMeasure === round!.maxminMeasure && earlier.maxminOver === round!.maxminOver, "measure of the smallest share");
      differs(earlier.targetGapPpm === round!.targetGapPpm, "target gap");
      differs(earlier.timeLimit?.seconds === round!.timeLimit?.seconds && earlier.timeLimit?.nanos === round!.timeLimit?.nanos, "time limit");
    }
    return { seed: String(round!.seed) };
  });
  yield await check("statement", async () => {
    need(
      areEqual(await sha256(contents.statementText), events.publication?.publicDigest ?? new Uint8Array()),
      "is not the one whose digest the leaf of the publication holds",
    );
    need(round?.state === Round_State.PUBLISHED, "is of a round that was not published");
    return { round: round!.name.replace(/^rounds\//, ""), seconds: String(round!.publishTime?.seconds ?? 0n) };
  });
  for (const [subject, stated] of [
    ["problem", summary?.problemDigest], ["solution", summary?.solutionDigest], ["market", statement.marketDigest],
  ] as const) {
    yield await check(subject, () => {
      const found = digests[subject];
      need(areEqual(found, stated ?? new Uint8Array()), `its columns have the digest ${hex(found)}, stated is ${hex(stated ?? new Uint8Array())}`);
      return { digest: hex(found) };
    });
  }
}
