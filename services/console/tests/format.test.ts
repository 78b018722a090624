import { describe, expect, it } from "vitest";
import { amountText, civilDate, minorUnits } from "../src/words/format";
import { wholeNumber } from "../src/needs/need_draft";

describe("minorUnits", () => {
  it.each([
    ["12,50", 1250n], ["12.50", 1250n], ["12", 1200n], ["12,5", 1250n], ["1.200,50", 120050n], ["1,200.50", 120050n], ["1.200", 120000n],
    ["1 200", 120000n], ["0,05", 5n],
  ])("reads %s", (text, minor) => expect(minorUnits(text, "PEN")).toBe(minor));

  it.each(["", "abc", "-1", "1,234,5", "12,505x", "1..2", "12,"])("refuses '%s'", (text) => expect(minorUnits(text, "PEN")).toBeUndefined());

  it("knows currencies without minor units", () => {
    expect(minorUnits("1200", "CLP")).toBe(1200n);
    expect(minorUnits("12,5", "CLP")).toBeUndefined();
  });

  it("reads what amountText writes", () => {
    for (const minor of [0n, 5n, 50n, 1200n, 123456n]) expect(minorUnits(amountText(minor, "PEN"), "PEN")).toBe(minor);
  });
});

describe("civilDate", () => {
  it("knows days that are none", () => {
    expect(civilDate("2027-02-29")).toBeUndefined();
    expect(civilDate("2028-02-29")).toEqual({ year: 2028, month: 2, day: 29 });
    expect(civilDate("1/2/2027")).toBeUndefined();
  });
});

describe("wholeNumber", () => {
  it.each([["120", 120n], ["1.200", 1200n], ["1,200", 1200n], ["12 000", 12000n]])("reads %s", (text, n) => expect(wholeNumber(text)).toBe(n));
  it.each(["", "1,5", "1.25.0", "-1", "x"])("refuses '%s'", (text) => expect(wholeNumber(text)).toBeUndefined());
});
