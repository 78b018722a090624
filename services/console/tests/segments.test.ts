import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { SegmentReportSchema, SegmentSchema, type SegmentReport } from "../generated/ayni/v1/audit_pb";
import { byTerritory, degreeOf, mostConcentrated, thinMarkets } from "../src/concentration/segments";
import { filterOf } from "../src/concentration/trend";

function report(name: string, given: { territory?: string; service?: string; limit?: string; share?: number; most?: number; hhi?: number; thin?: boolean; lacks?: bigint }): SegmentReport {
  return create(SegmentReportSchema, {
    name,
    segment: { limit: given.limit ?? "tap-province", service: given.service ?? "services/dosing", territory: given.territory ?? "territories/inei.0806" },
    cr1BasisPoints: given.share ?? 0,
    hhi: given.hhi ?? 0,
    shareBasisPoints: given.most ?? 4000,
    thin: given.thin ?? false,
    tapCall: given.lacks === undefined ? undefined : { quantity: given.lacks },
  });
}

describe("degreeOf", () => {
  it("tells how near a share is to its limit", () => {
    const degree = (share: number): number | undefined => degreeOf(report("r", { share, hhi: 1 }), "share");
    expect([0, 2000, 2001, 3200, 3201, 4000, 4001].map(degree)).toEqual([0, 0, 1, 1, 2, 2, 3]);
  });

  it("tells HHI by what is taken for concentrated, whatever the limit", () => {
    const degree = (hhi: number): number | undefined => degreeOf(report("r", { share: 10_000, hhi }), "hhi");
    expect([1, 999, 1000, 1799, 1800, 3999, 4000].map(degree)).toEqual([0, 0, 1, 1, 2, 2, 3]);
  });

  it("tells nothing of a segment in which nobody has anything", () => {
    expect(degreeOf(report("r", { hhi: 0 }), "share")).toBeUndefined();
  });
});

describe("byTerritory", () => {
  it("puts first the territory that is to be looked at first, by its worst segment", () => {
    const figures = byTerritory(
      [
        report("a1", { territory: "t/a", share: 1000, hhi: 900 }),
        report("b1", { territory: "t/b", share: 4500, hhi: 3000 }),
        report("a2", { territory: "t/a", service: "services/shearing", share: 3900, hhi: 3500 }),
        report("c1", { territory: "t/c" }),
      ],
      "share",
    );
    expect(figures.map(({ territory, worst }) => [territory, worst.name])).toEqual([["t/b", "b1"], ["t/a", "a2"], ["t/c", "c1"]]);
    expect(figures[1]!.reports.map(({ name }) => name)).toEqual(["a2", "a1"]);
  });

  it("puts a share at its limit before a larger one that is far from its own", () => {
    const reports = [report("a", { territory: "t/a", share: 4500, most: 9000, hhi: 2500 }), report("b", { territory: "t/b", share: 3900, hhi: 2000 })];
    expect(byTerritory(reports, "share").map(({ territory }) => territory)).toEqual(["t/b", "t/a"]);
  });

  it("goes by the measure that is shown", () => {
    const reports = [report("a", { territory: "t/a", share: 4500, hhi: 1200 }), report("b", { territory: "t/b", share: 2000, hhi: 5000 })];
    expect(byTerritory(reports, "share")[0]!.territory).toBe("t/a");
    expect(byTerritory(reports, "hhi")[0]!.territory).toBe("t/b");
  });
});

it("shows a market that two limits watch once", () => {
  const reports = [report("a", { hhi: 2000 }), report("b", { limit: "group-province", hhi: 2000 }), report("c", { service: "services/shearing", hhi: 3000 })];
  expect(mostConcentrated(reports).map(({ name }) => name)).toEqual(["c", "a"]);
});

it("lists thin markets by what they lack, and no others", () => {
  const reports = [report("a", { thin: true, lacks: 3n }), report("b", { service: "services/pruning", hhi: 9000 }), report("c", { thin: true, service: "services/shearing", lacks: 20n })];
  expect(thinMarkets(reports).map(({ name }) => name)).toEqual(["c", "a"]);
  expect(mostConcentrated(reports).map(({ name }) => name)).toEqual(["b"]);
});

it("asks for the trend of one segment by the fields that it has", () => {
  const segment = create(SegmentSchema, { limit: "tap-province", serviceFamily: "animal-health", territory: "territories/inei.0806" });
  expect(filterOf(segment)).toBe('segment.limit = "tap-province" AND segment.service_family = "animal-health" AND segment.territory = "territories/inei.0806"');
});
