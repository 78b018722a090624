import { describe, expect, it } from "vitest";
import { decoded, readCsv, separatorOf } from "../src/sheet/csv";

describe("readCsv", () => {
  it("reads commas, semicolons and tabs alike", () => {
    for (const separator of [",", ";", "\t"]) {
      const sheet = readCsv(["a", "b", "c"].join(separator) + "\r\n" + ["1", "2", "3"].join(separator) + "\r\n");
      expect(sheet.header).toEqual(["a", "b", "c"]);
      expect(sheet.rows).toEqual([{ line: 2, cells: ["1", "2", "3"] }]);
    }
  });

  it("leaves decimal commas alone where the semicolon separates", () => {
    expect(readCsv("precio;nota\n2,50;a, b, c, d\n").rows[0]!.cells).toEqual(["2,50", "a, b, c, d"]);
  });

  it("takes off a byte order mark and a line that says the separator", () => {
    expect(readCsv("\uFEFFservicio;precio\nx;1\n").header).toEqual(["servicio", "precio"]);
    const said = readCsv("\uFEFFsep=,\r\na,b\r\n1,2\r\n");
    expect(said.header).toEqual(["a", "b"]);
    expect(said.rows[0]).toEqual({ line: 3, cells: ["1", "2"] });
  });

  it("keeps separators, line ends and quotes in quoted cells, and counts their lines", () => {
    const sheet = readCsv('a,b\n"uno, ""dos""\ntres",2\nz,3\n');
    expect(sheet.rows).toEqual([
      { line: 2, cells: ['uno, "dos"\ntres', "2"] },
      { line: 4, cells: ["z", "3"] },
    ]);
  });

  it("leaves blank lines out and says where rows stand", () => {
    expect(readCsv("a;b\n\n;\n1;2").rows).toEqual([{ line: 4, cells: ["1", "2"] }]);
  });

  it("reads what older programs write: carriage returns alone, and the Windows code page", () => {
    expect(readCsv("a,b\r1,2\r3,4").rows.map(({ line }) => line)).toEqual([2, 3]);
    expect(decoded(new Uint8Array([0x4e, 0xfa, 0xf1, 0x65, 0x7a]))).toBe("Núñez");
    expect(decoded(new TextEncoder().encode("Núñez"))).toBe("Núñez");
  });

  it("does not take a comma in quotes for a separator", () => {
    expect(separatorOf('"a,b,c,d";e')).toBe(";");
  });
});
