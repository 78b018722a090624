import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { ServiceSchema, TerritoryLevel, TerritorySchema, ValueChainSchema } from "../generated/ayni/v1/catalogue_pb";
import { Urgency } from "../generated/ayni/v1/need_pb";
import { TerritoryTree } from "../src/map/territory_tree";
import { needOf } from "../src/needs/need_draft";
import { readCsv } from "../src/sheet/csv";
import { cellsOf, columnsOf, dayOfCell, readRow, requestIdOf, templateText, type Vocabulary } from "../src/sheet/need_rows";

const { COUNTRY, DEPARTMENT, PROVINCE, DISTRICT } = TerritoryLevel;
const territory = (id: string, displayName: string, level: TerritoryLevel, parent: string) =>
  create(TerritorySchema, { name: `territories/inei.${id}`, displayName, level, parent: parent && `territories/inei.${parent}` });

const vocabulary: Vocabulary = {
  services: [create(ServiceSchema, { name: "services/dosing", displayName: "Dosificación", localNames: { eng: "Dosing" } })],
  chains: [create(ValueChainSchema, { name: "valueChains/alpaca", displayName: "Alpaca", localNames: { quz: "paqucha" } })],
  tree: new TerritoryTree([
    territory("pe", "Perú", COUNTRY, ""),
    territory("08", "Cusco", DEPARTMENT, "pe"),
    territory("0806", "Canchis", PROVINCE, "08"),
    territory("080601", "Sicuani", DISTRICT, "0806"),
    territory("0801", "Cusco", PROVINCE, "08"),
    territory("080106", "Santiago", DISTRICT, "0801"),
    territory("11", "Ica", DEPARTMENT, "pe"),
    territory("1101", "Ica", PROVINCE, "11"),
    territory("110111", "Santiago", DISTRICT, "1101"),
  ]),
};

const right = {
  service: "dosificacion", valueChain: "PAQUCHA", district: "Sicuani", quantity: "1.200", startDate: "15/01/2027", endDate: "2027-02-28",
  price: "S/ 2,50", languages: "Quechua de Cusco, castellano",
};

describe("readRow", () => {
  it("reads the template that it gives", () => {
    const sheet = readCsv(templateText());
    const columns = columnsOf(sheet.header);
    expect(columns.missing).toEqual([]);
    expect(columns.unknown).toEqual([]);
    const [row] = cellsOf(sheet, columns);
    const { draft, problems } = readRow(row!.cells, vocabulary);
    expect(problems).toEqual({});
    expect(draft.note).toBe("Preguntar por la señora Núñez");
  });

  it("understands names in any language and with any accents, decimal commas and days as people write them", () => {
    const { draft, problems } = readRow(right, vocabulary);
    expect(problems).toEqual({});
    const need = needOf(draft);
    expect(need).toMatchObject({
      service: "services/dosing",
      valueChain: "valueChains/alpaca",
      district: "territories/inei.080601",
      quantity: 1200n,
      highestUnitPrice: { currency: "PEN", minorUnits: 250n },
      languages: ["quz", "spa"],
      window: { startDate: { year: 2027, month: 1, day: 15 }, endDate: { year: 2027, month: 2, day: 28 } },
    });
  });

  it("finds a district by its code though the spreadsheet dropped the zero", () => {
    expect(readRow({ ...right, district: "80601" }, vocabulary).draft.district).toBe("territories/inei.080601");
  });

  it("never guesses between districts of one name", () => {
    expect(readRow({ ...right, district: "Santiago" }, vocabulary).problems.district).toBe("wrong.districtSeveral");
    expect(readRow({ ...right, district: "Santiago, Ica" }, vocabulary).draft.district).toBe("territories/inei.110111");
  });

  it("names every wrong cell at once", () => {
    const { problems } = readRow(
      { service: "x", valueChain: "", district: "080106x", quantity: "-3", startDate: "31/02/2027", endDate: "", price: "1,234,5", languages: "que chua", urgency: "ya" },
      vocabulary,
    );
    expect(Object.keys(problems).sort()).toEqual(
      ["district", "endDate", "languages", "price", "quantity", "service", "startDate", "urgency", "valueChain"].sort(),
    );
  });

  it("reads urgency in words", () => {
    expect(readRow({ ...right, urgency: "Crítica" }, vocabulary).draft.urgency).toBe(Urgency.CRITICAL);
  });

  it("leaves what is no day as it is", () => {
    expect(dayOfCell("mañana")).toBe("mañana");
    expect(dayOfCell("31/02/2027")).toBe("31/02/2027");
    expect(dayOfCell("1/2/2027")).toBe("2027-02-01");
  });
});

describe("requestIdOf", () => {
  it("is the same for the same row of the same member, and for nothing else", async () => {
    const { draft } = readRow(right, vocabulary);
    const first = await requestIdOf("principals/a", draft, 0);
    expect(await requestIdOf("principals/a", { ...draft }, 0)).toBe(first);
    expect(first.length).toBeLessThanOrEqual(64);
    expect(await requestIdOf("principals/b", draft, 0)).not.toBe(first);
    expect(await requestIdOf("principals/a", draft, 1)).not.toBe(first);
    expect(await requestIdOf("principals/a", { ...draft, quantity: "3" }, 0)).not.toBe(first);
  });
});
