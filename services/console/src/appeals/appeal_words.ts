// Appeals as people read them.
import { Appeal_State, type Appeal } from "../../generated/ayni/v1/appeal_pb";
import { catalogue, lastId, partyOf } from "../api/catalogue.svelte";
import { href } from "../route.svelte";
import { t, type Key } from "../words/words.svelte";

export const appealStates: Record<Appeal_State, { label: Key; tint: "" | "good" | "look" | "bad" }> = {
  [Appeal_State.UNSPECIFIED]: { label: "match.state.unknown", tint: "" },
  [Appeal_State.OPEN]: { label: "ap.state.open", tint: "look" },
  [Appeal_State.UPHELD]: { label: "ap.state.upheld", tint: "good" },
  [Appeal_State.DISMISSED]: { label: "ap.state.dismissed", tint: "" },
  [Appeal_State.WITHDRAWN]: { label: "ap.state.withdrawn", tint: "" },
};

// What is contested, and where it can be looked at.
export function subjectOf({ subject }: Appeal): { text: string; address?: string } {
  if (subject.case === "match") {
    const [, round, , match] = subject.value.split("/") as [string, string, string, string];
    return { text: t("ap.match", { match: `${round}/${match}` }), address: href("conflicts", "matches", round, match) };
  }
  if (subject.case === "finding") {
    const { need, tap, rule } = subject.value;
    return {
      text: t("ap.finding", { rule, tap: catalogue.partyName(tap), cooperative: catalogue.partyName(partyOf(need)) }),
      address: `${href("conflicts", "check")}?need=${encodeURIComponent(need)}&tap=${encodeURIComponent(tap)}`,
    };
  }
  const refusal = subject.value;
  if (refusal === undefined) return { text: "" };
  const round = lastId(refusal.round);
  return { text: refusal.need === "" ? t("ap.refusalTap", { round }) : t("ap.refusal", { round, need: lastId(refusal.need) }) };
}

const dayMs = 86_400_000;

// How long is left to decide, of one that is open.
export function clockOf({ decideByTime }: Appeal, now = Date.now()): { text: string; late: boolean } {
  const left = Math.floor((Number(decideByTime?.seconds ?? 0n) * 1000 - now) / dayMs);
  return left < 0 ? { text: t("ap.late", { n: -left }), late: true } : { text: t("ap.left", { n: left }), late: false };
}
