import { Round_State, type Round } from "../../generated/ayni/v1/round_pb";
import { RoundService } from "../../generated/ayni/v1/round_service_pb";
import { readAll, type Answer } from "../api/read.svelte";

// Rounds that stand, the newest first.
export async function publishedRounds(): Promise<Answer<Round[]>> {
  const all = await readAll(RoundService.method.listRounds, {}, (page) => page.rounds);
  return {
    ...all,
    value: all.value
      .filter(({ state }) => state === Round_State.PUBLISHED)
      .sort((a, b) => Number((b.publishTime?.seconds ?? 0n) - (a.publishTime?.seconds ?? 0n))),
  };
}
