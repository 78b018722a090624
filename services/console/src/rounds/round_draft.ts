// What an administrator writes of a round, and the request that it comes to.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { MaxminMeasure, MaxminOver, Objective } from "../../generated/ayni/v1/round_pb";
import type { CreateRoundRequestSchema } from "../../generated/ayni/v1/round_service_pb";

export interface RoundDraft {
  id: string;
  policy: string;
  objective: Objective;
  measure: MaxminMeasure;
  over: MaxminOver;
  note: string;
  minutes: string;
  gap: string; // per cent
}

export type RoundProblem = "minutes" | "gap";

const minutesMax = 60;
const decimal = (text: string): number => Number(text.trim().replace(",", "."));

export function problemsOf(draft: RoundDraft): RoundProblem[] {
  const problems: RoundProblem[] = [];
  const minutes = decimal(draft.minutes);
  if (draft.minutes.trim() !== "" && !(minutes > 0 && minutes <= minutesMax)) problems.push("minutes");
  const gap = decimal(draft.gap);
  if (draft.gap.trim() !== "" && !(gap > 0 && gap <= 100)) problems.push("gap");
  return problems;
}

// What is left empty is left to the market.
export function requestOf(draft: RoundDraft): MessageInitShape<typeof CreateRoundRequestSchema> {
  const isMaxmin = draft.objective === Objective.MAXMIN;
  return {
    roundId: draft.id.trim(),
    round: {
      policy: draft.policy,
      objective: draft.objective,
      note: draft.note.trim(),
      maxminMeasure: isMaxmin ? draft.measure : MaxminMeasure.UNSPECIFIED,
      maxminOver: isMaxmin ? draft.over : MaxminOver.UNSPECIFIED,
      timeLimit: draft.minutes.trim() === "" ? undefined : { seconds: BigInt(Math.max(1, Math.round(decimal(draft.minutes) * 60))), nanos: 0 },
      targetGapPpm: draft.gap.trim() === "" ? 0n : BigInt(Math.max(1, Math.round(decimal(draft.gap) * 10_000))),
    },
  };
}
