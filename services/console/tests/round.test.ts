import { create, fromJsonString } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { RoundBundleSchema } from "../generated/ayni/v1/bundle_pb";
import { MaxminMeasure, MaxminOver, Objective, RoundSchema, Round_State } from "../generated/ayni/v1/round_pb";
import { bundleFile, merged } from "../src/rounds/bundle";
import { problemsOf, requestOf, type RoundDraft } from "../src/rounds/round_draft";
import { newestFirst } from "../src/rounds/rounds";

const draft: RoundDraft = {
  id: "", policy: "", objective: Objective.WELFARE, measure: MaxminMeasure.SCORE_SUM, over: MaxminOver.NEEDS, note: " December ", minutes: "", gap: "",
};

describe("a round's draft", () => {
  it("leaves to the market what is left empty", () => {
    const { round, roundId } = requestOf(draft);
    expect(roundId).toBe("");
    expect(round?.note).toBe("December");
    expect(round?.timeLimit).toBeUndefined();
    expect(round?.targetGapPpm).toBe(0n);
  });

  it("reads minutes and per cent with a comma or a point", () => {
    const { round } = requestOf({ ...draft, minutes: "1,5", gap: "0.25" });
    expect(round?.timeLimit?.seconds).toBe(90n);
    expect(round?.targetGapPpm).toBe(2500n);
  });

  it("says what is raised only where something is", () => {
    expect(requestOf(draft).round?.maxminMeasure).toBe(MaxminMeasure.UNSPECIFIED);
    const { round } = requestOf({ ...draft, objective: Objective.MAXMIN });
    expect([round?.maxminMeasure, round?.maxminOver]).toEqual([MaxminMeasure.SCORE_SUM, MaxminOver.NEEDS]);
  });

  it("refuses times and gaps that the market would refuse, and what is no number", () => {
    expect(problemsOf({ ...draft, minutes: "61", gap: "0" })).toEqual(["minutes", "gap"]);
    expect(problemsOf({ ...draft, minutes: "soon", gap: "101" })).toEqual(["minutes", "gap"]);
    expect(problemsOf({ ...draft, minutes: "60", gap: "100" })).toEqual([]);
  });
});

it("puts the round first to which something happened last", () => {
  const at = (seconds: number) => ({ seconds: BigInt(seconds), nanos: 0 });
  const rounds = [
    create(RoundSchema, { name: "rounds/old", state: Round_State.PUBLISHED, createTime: at(1), publishTime: at(5) }),
    create(RoundSchema, { name: "rounds/draft", createTime: at(7) }),
    create(RoundSchema, { name: "rounds/undone", createTime: at(2), publishTime: at(3), undoTime: at(9) }),
  ];
  expect(newestFirst(rounds).map(({ name }) => name)).toEqual(["rounds/undone", "rounds/draft", "rounds/old"]);
});

describe("a round's bundle", () => {
  const parts = [
    create(RoundBundleSchema, { format: "ayni round bundle v1", statement: ['{"a":'] }),
    create(RoundBundleSchema, { statement: ["1}"], columns: [{ name: "x", numbers: Uint8Array.of(1) }] }),
    create(RoundBundleSchema, { checkpoint: "signed", columns: [{ name: "x", numbers: Uint8Array.of(2) }] }),
  ];

  it("is its parts in their order, pieces of one thing one after the other", () => {
    const bundle = merged(parts);
    expect([bundle.format, bundle.checkpoint]).toEqual(["ayni round bundle v1", "signed"]);
    expect(bundle.statement.join("")).toBe('{"a":1}');
    expect(bundle.columns.map(({ numbers }) => [...numbers])).toEqual([[1], [2]]);
  });

  it("is a compressed file of JSON", async () => {
    const file = await bundleFile(merged(parts));
    const text = await new Response(file.stream().pipeThrough(new DecompressionStream("gzip"))).text();
    expect(fromJsonString(RoundBundleSchema, text)).toEqual(merged(parts));
  });
});
