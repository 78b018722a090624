import { create } from "@bufbuild/protobuf";
import { expect, it } from "vitest";
import { FairnessDimension, FairnessReportSchema, FairnessTableSchema, FourFifths } from "../generated/ayni/v1/fairness_pb";
import { shownCells, whatToLookAt } from "../src/fairness/groups";
import { thinned } from "../src/plots/plot";

it("leaves as many ticks as there is room for, the last among them", () => {
  const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  expect(thinned(all, 20)).toEqual(all);
  expect(thinned(all, 4)).toEqual([0, 3, 6, 9]);
  expect(thinned(all, 3)).toEqual([4, 9]);
  expect(thinned(all, 2)).toEqual([0, 9]);
});

it("shows first the districts that are reached least, and bands in their own order", () => {
  const cells = [
    { group: "a", reachedRatePpm: 900_000n, askedCount: 5n },
    { group: "b", reachedRatePpm: 200_000n, askedCount: 5n },
    { group: "c", suppressed: true },
    { group: "d", reachedRatePpm: 200_000n, askedCount: 50n },
  ];
  const shown = (dimension: FairnessDimension) => shownCells(create(FairnessTableSchema, { dimension, cells })).map(({ group }) => group);
  expect(shown(FairnessDimension.DISTRICT)).toEqual(["d", "b", "a"]);
  expect(shown(FairnessDimension.COOPERATIVE_SIZE)).toEqual(["a", "b", "c", "d"]);
});

it("names the groups that are below, and only counts districts and what may be chance", () => {
  const report = create(FairnessReportSchema, {
    tables: [
      { dimension: FairnessDimension.LANGUAGE, cells: [{ group: "spa", fourFifths: FourFifths.REFERENCE }, { group: "ayr", fourFifths: FourFifths.BELOW }, { group: "quz", fourFifths: FourFifths.BELOW_UNSURE }] },
      { dimension: FairnessDimension.DISTRICT, cells: [{ group: "territories/inei.080601", fourFifths: FourFifths.BELOW }] },
    ],
  });
  const look = whatToLookAt(report);
  expect(look.below.map(({ cell }) => cell.group)).toEqual(["ayr"]);
  expect([look.placesBelow, look.unsure]).toEqual([1, 1]);
});
