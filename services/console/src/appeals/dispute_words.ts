import { Dispute_Outcome as Outcome } from "../../generated/ayni/v1/match_pb";
import type { Key } from "../words/words.svelte";

export const outcomeNames: Record<Outcome, Key> = {
  [Outcome.UNSPECIFIED]: "match.state.unknown",
  [Outcome.DELIVERED]: "dp.delivered",
  [Outcome.PARTLY_DELIVERED]: "dp.partly",
  [Outcome.NOT_DELIVERED]: "dp.not",
};
