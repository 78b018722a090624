// Rounds as people read them.
import { LeftOut_Reason, Objective, Round_State, type Round } from "../../generated/ayni/v1/round_pb";
import { RoundProgress_Phase } from "../../generated/ayni/v1/round_service_pb";
import { lastId } from "../api/catalogue.svelte";
import { timeText } from "../words/format";
import type { Key } from "../words/words.svelte";

export const roundStates: Record<Round_State, { label: Key; tint: "" | "good" | "look" | "bad" | "info" }> = {
  [Round_State.UNSPECIFIED]: { label: "round.state.draft", tint: "" },
  [Round_State.DRAFT]: { label: "round.state.draft", tint: "look" },
  [Round_State.CLEARING]: { label: "round.state.clearing", tint: "info" },
  [Round_State.PUBLISHED]: { label: "round.state.published", tint: "good" },
  [Round_State.UNDONE]: { label: "round.state.undone", tint: "" },
};

export const objectives: [Objective, Key, Key][] = [
  [Objective.WELFARE, "round.objective.welfare", "round.objective.welfare.hint"],
  [Objective.MAXMIN, "round.objective.maxmin", "round.objective.maxmin.hint"],
];

export function objectiveKey(objective: Objective): Key {
  return objective === Objective.MAXMIN ? "round.objective.maxmin" : "round.objective.welfare";
}

export const phases: Partial<Record<RoundProgress_Phase, Key>> = {
  [RoundProgress_Phase.MARKET]: "round.phase.market",
  [RoundProgress_Phase.CLEAR]: "round.phase.clear",
  [RoundProgress_Phase.VERIFY]: "round.phase.verify",
  [RoundProgress_Phase.COMMIT]: "round.phase.commit",
  [RoundProgress_Phase.DONE]: "round.phase.done",
};

export const leftOutReasons: Record<LeftOut_Reason, Key> = {
  [LeftOut_Reason.UNSPECIFIED]: "report.left.superseded",
  [LeftOut_Reason.SUPERSEDED]: "report.left.superseded",
  [LeftOut_Reason.OVERTAKEN]: "report.left.overtaken",
  [LeftOut_Reason.ABOVE_FINAL_CAP]: "report.left.aboveCap",
  [LeftOut_Reason.BUDGET]: "report.left.budget",
};

// When the newest thing happened to it.
export function momentOf(round: Round): Round["createTime"] {
  return round.undoTime ?? round.publishTime ?? round.createTime;
}

export function roundText(round: Round): string {
  return `${lastId(round.name)} · ${timeText(momentOf(round))}`;
}

// The newest first.
export function newestFirst(rounds: Round[]): Round[] {
  const seconds = (round: Round): number => Number(momentOf(round)?.seconds ?? 0n);
  return [...rounds].sort((a, b) => seconds(b) - seconds(a) || b.name.localeCompare(a.name));
}
