import { Waiver_Kind, Waiver_State, type Waiver } from "../../generated/ayni/v1/conflict_pb";
import { windowText } from "../words/format";
import type { Key } from "../words/words.svelte";

export const waiverStates: Record<Waiver_State, { label: Key; tint: "" | "good" | "look" }> = {
  [Waiver_State.UNSPECIFIED]: { label: "match.state.unknown", tint: "" },
  [Waiver_State.PROPOSED]: { label: "wv.state.proposed", tint: "look" },
  [Waiver_State.GRANTED]: { label: "wv.state.granted", tint: "good" },
  [Waiver_State.REVOKED]: { label: "wv.state.revoked", tint: "" },
};
export const waiverKinds: Record<Waiver_Kind, Key> = {
  [Waiver_Kind.UNSPECIFIED]: "match.state.unknown",
  [Waiver_Kind.EXCEPTION]: "wv.kind.exception",
  [Waiver_Kind.DISMISSAL]: "wv.kind.dismissal",
};

export function waiverDays({ startDate, endDate }: Waiver): string {
  return windowText(startDate && endDate ? { $typeName: "ayni.v1.DateWindow", startDate, endDate } : undefined);
}
