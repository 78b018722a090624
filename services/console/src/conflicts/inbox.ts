// What awaits somebody's decision about conflicts.
import { Waiver_State, type LateConflict, type Waiver } from "../../generated/ayni/v1/conflict_pb";
import { AuditService } from "../../generated/ayni/v1/audit_service_pb";
import { ConflictService } from "../../generated/ayni/v1/conflict_service_pb";
import { Match_State, type Match } from "../../generated/ayni/v1/match_pb";
import { MatchService } from "../../generated/ayni/v1/match_service_pb";
import { MergeProposal_State, type MergeProposal } from "../../generated/ayni/v1/merge_pb";
import { MergeService } from "../../generated/ayni/v1/merge_service_pb";
import type { Relation } from "../../generated/ayni/v1/relation_pb";
import { RelationService } from "../../generated/ayni/v1/relation_service_pb";
import { readAll, type Answer } from "../api/read.svelte";
import { needsAcknowledgement } from "../matches/match_steps";
import { publishedRounds } from "../offers/last_round";

const most = 100_000;

function only<T>(answer: Answer<T[]>, wanted: (each: T) => boolean): Answer<T[]> {
  return { ...answer, value: answer.value.filter(wanted) };
}

export function waivers(state?: Waiver_State): Promise<Answer<Waiver[]>> {
  const filter = state === undefined ? "" : `state = STATE_${Waiver_State[state]}`;
  return readAll(ConflictService.method.listWaivers, { filter }, (page) => page.waivers);
}

export function mergeProposals(): Promise<Answer<MergeProposal[]>> {
  const filter = `state = STATE_${MergeProposal_State[MergeProposal_State.PROPOSED]}`;
  return readAll(MergeService.method.listMergeProposals, { filter }, (page) => page.mergeProposals);
}

// Relations have no filter for it.
export async function relationChanges(): Promise<Answer<Relation[]>> {
  const all = await readAll(RelationService.method.listRelations, {}, (page) => page.relations, most);
  return only(all, ({ proposedChange }) => proposedChange !== undefined);
}

export async function unacknowledged(): Promise<Answer<Match[]>> {
  const filter = `state = STATE_${Match_State[Match_State.PROPOSED]}`;
  return only(await readAll(MatchService.method.listMatches, { parent: "rounds/-", filter }, (page) => page.matches, most), needsAcknowledgement);
}

export function lateConflictsOf(round: string): Promise<Answer<LateConflict[]>> {
  return readAll(AuditService.method.listLateConflicts, { parent: round }, (page) => page.lateConflicts);
}

export interface LateOfRounds {
  found: LateConflict[][]; // of each match, the most severe first
  older: number; // rounds that were not looked at
}

// Of the newest rounds, so many: each looks at all matches of its round again.
export async function lateConflicts(count: number): Promise<Answer<LateOfRounds>> {
  const rounds = await publishedRounds();
  const found = new Map<string, LateConflict[]>();
  for (const round of rounds.value.slice(0, count))
    for (const each of (await lateConflictsOf(round.name)).value) found.set(each.match, [...(found.get(each.match) ?? []), each]);
  for (const each of found.values()) each.sort((a, b) => (a.conflict?.severity ?? 0) - (b.conflict?.severity ?? 0));
  return { ...rounds, value: { found: [...found.values()], older: Math.max(0, rounds.value.length - count) } };
}
