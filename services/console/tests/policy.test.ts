import { create } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { ConcentrationThresholdsSchema, LimitBasis, LimitSchema, PolicySchema, Policy_State, type Policy } from "../generated/ayni/v1/policy_pb";
import { RelationType } from "../generated/ayni/v1/relation_pb";
import { differences, type Difference } from "../src/policies/message_diff";
import { policyText, PolicyTextError, readPolicyText } from "../src/policies/policy_text";
import { pathText, saying } from "../src/policies/policy_words";
import { sharesBetween } from "../src/policies/shares";
import { words } from "../src/words/words.svelte";

beforeAll(async () => {
  vi.stubGlobal("document", { documentElement: {} });
  await words.load("eng");
  await words.bring(["market", "policy"]);
});

const policy = (): Policy =>
  create(PolicySchema, {
    name: "policies/p1",
    reason: "First",
    state: Policy_State.ACTIVE,
    author: "principals/ada",
    etag: "e1",
    limits: [
      { id: "tap", shareBasisPoints: 4000, basis: LimitBasis.DEMAND, windowDays: 365 },
      { id: "group", shareBasisPoints: 3000, basis: LimitBasis.OFFERED },
    ],
    scoreWeights: { fit: 600, price: 400 },
    conflictRules: [{ id: "lender", reason: "LENDER", texts: { spa: "Presta" }, steps: [{ types: [RelationType.OWNS, RelationType.LENDS_TO] }] }],
    publicRoles: [{ id: "campaign", tap: "parties/t1", source: "Law", startDate: { year: 2027, month: 1, day: 31 } }],
    floors: [{ id: "least", quantity: 12n, penalty: 5 }],
    countryProfiles: [{ territory: "territories/iso.PE", appealDays: 10 }],
  });
const changed = (change: (policy: Policy) => void): Difference[] => {
  const after = policy();
  change(after);
  return differences(PolicySchema, policy(), after, saying);
};

describe("differences", () => {
  it("are none of a policy and its like, whatever the market filled in", () => {
    expect(changed((it) => Object.assign(it, { name: "policies/p2", etag: "e2", state: Policy_State.DRAFT, author: "principals/eva" }))).toEqual([]);
  });

  it("name the element by its id, and show values as people read them", () => {
    expect(changed((it) => (it.limits[0]!.shareBasisPoints = 3500))).toEqual([
      { kind: "changed", path: "limits[tap].share_basis_points", before: "40%", after: "35%" },
    ]);
    expect(changed((it) => (it.limits[1]!.basis = LimitBasis.MATCHED))).toEqual([
      { kind: "changed", path: "limits[group].basis", before: "what others offer", after: "what is matched" },
    ]);
    expect(changed((it) => (it.countryProfiles[0]!.appealDays = 20))[0]!.path).toBe("country_profiles[territories/iso.PE].appeal_days");
  });

  it("tell what was added and removed from what changed", () => {
    const [one] = changed((it) => it.limits.push(create(LimitSchema, { id: "brand", shareBasisPoints: 5000 })));
    expect(one).toEqual({ kind: "added", path: "limits[brand]", before: "", after: "Share: 50%" });
    expect(changed((it) => it.limits.shift()).map(({ kind, path }) => [kind, path])).toEqual([["removed", "limits[tap]"]]);
    expect(changed((it) => (it.limits[0]!.windowDays = 0))).toEqual([{ kind: "removed", path: "limits[tap].window_days", before: "365", after: "" }]);
    expect(changed((it) => (it.fullWaitingDays = 90))[0]!.kind).toBe("added");
  });

  it("see the order of elements, lists of values, maps, dates and parts that were not there", () => {
    expect(changed((it) => it.limits.reverse())).toEqual([{ kind: "changed", path: "limits", before: "tap, group", after: "group, tap" }]);
    expect(changed((it) => it.conflictRules[0]!.steps[0]!.types.pop())[0]!.path).toBe("conflict_rules[lender].steps[0].types");
    expect(changed((it) => (it.conflictRules[0]!.texts.eng = "Lends"))).toEqual([{ kind: "added", path: "conflict_rules[lender].texts.eng", before: "", after: "Lends" }]);
    expect(changed((it) => (it.publicRoles[0]!.startDate!.day = 30))[0]).toMatchObject({ before: "Jan 31, 2027", after: "Jan 30, 2027" });
    expect(changed((it) => (it.matchTerms = { $typeName: "ayni.v1.MatchTerms", answerHours: 48, criticalAnswerHours: 0 }))[0]!.path).toBe("match_terms.answer_hours");
  });

  it("are read out in words", () => {
    expect(pathText("limits[tap].share_basis_points")).toEqual(["Limits", "tap", "Share"]);
    expect(pathText("country_profiles[territories/iso.PE].appeal_days")[2]).toBe("Days to appeal, and to decide");
    expect(pathText("conflict_rules[lender].steps[0].types")).toEqual(["Conflict rules", "lender", "Steps of the path", "1", "types"]);
  });
});

describe("the text of a policy", () => {
  it("gives the same policy back, but for what the market fills in", () => {
    const text = policyText(policy());
    expect(text).toContain("basis: DEMAND");
    expect(text).toContain("start_date: 2027-01-31");
    expect(text).not.toMatch(/author|etag|state|^name/m);
    expect(policyText({ ...policy(), thresholds: create(ConcentrationThresholdsSchema) })).toBe(text);
    expect(differences(PolicySchema, policy(), readPolicyText(text).policy, saying)).toEqual([]);
  });

  it("takes JSON, whole names of enumerators and the names that JSON has", () => {
    const { policy: read } = readPolicyText('{"limits": [{"id": "tap", "shareBasisPoints": 10, "basis": "LIMIT_BASIS_MATCHED"}], "name": "policies/other"}');
    expect(read.limits[0]).toMatchObject({ id: "tap", shareBasisPoints: 10, basis: LimitBasis.MATCHED });
    expect(read.name).toBe("");
  });

  it("says in which line it can't be read", () => {
    const lineOf = (text: string): number => {
      try {
        readPolicyText(text);
      } catch (cause) {
        if (cause instanceof PolicyTextError) return cause.line;
      }
      return 0;
    };
    expect(lineOf("reason: x\nlimits:\n  - id: tap\n    shares: 3\n")).toBe(4);
    expect(lineOf("reason: x\nlimits:\n  - basis: NOTHING\n")).toBe(3);
    expect(lineOf("reason: [x\n")).toBeGreaterThan(0);
    expect(lineOf("reason: x\nlimits: 3\n")).toBe(2);
    expect(lineOf("full_waiting_days: many\n")).toBe(1);
  });

  it("says where a field stands, or what holds it", () => {
    const { lineOf } = readPolicyText("reason: x\nlimits:\n  - id: tap\n    share_basis_points: 3\n  - id: group\n");
    expect(lineOf("limits[0].share_basis_points")).toBe(4);
    expect(lineOf("limits[1].id")).toBe(5);
    expect(lineOf("limits[1].basis")).toBe(5);
    expect(lineOf("score_weights")).toBeUndefined();
  });
});

it("reads shares as people write percentages", () => {
  expect(sharesBetween("10", "40", "10")).toEqual([1000, 2000, 3000, 4000]);
  expect(sharesBetween("2,5", "5", "1,25")).toEqual([250, 375, 500]);
  expect(sharesBetween("0", "100", "10")).toBeUndefined();
  expect(sharesBetween("1", "100", "1")).toBeUndefined();
  expect(sharesBetween("a", "100", "1")).toBeUndefined();
});
