// Versions of the policy, in the order in which they held.
import { Policy_State, type Policy } from "../../generated/ayni/v1/policy_pb";
import { PolicyService } from "../../generated/ayni/v1/policy_service_pb";
import { readAll, type Answer } from "../api/read.svelte";

const seconds = (policy: Policy): number => Number(policy.activateTime?.seconds ?? 0n);

// Drafts first, the youngest before others; then the active one, and those before it.
export async function policies(): Promise<Answer<Policy[]>> {
  const all = await readAll(PolicyService.method.listPolicies, {}, (page) => page.policies);
  const isDraft = ({ state }: Policy): boolean => state === Policy_State.DRAFT;
  const changed = (policy: Policy): number => Number(policy.updateTime?.seconds ?? 0n);
  return {
    ...all,
    value: all.value.sort((a, b) =>
      isDraft(a) !== isDraft(b) ? (isDraft(a) ? -1 : 1) : isDraft(a) ? changed(b) - changed(a) : seconds(b) - seconds(a),
    ),
  };
}

export function activePolicy(all: Policy[]): Policy | undefined {
  return all.find(({ state }) => state === Policy_State.ACTIVE);
}

// What a version is compared with: of a draft the active one, of another the one that it took the place of.
export function versionBefore(all: Policy[], policy: Policy): Policy | undefined {
  if (policy.state === Policy_State.DRAFT) return activePolicy(all);
  return all
    .filter((each) => each.state !== Policy_State.DRAFT && seconds(each) < seconds(policy))
    .sort((a, b) => seconds(b) - seconds(a))[0];
}
