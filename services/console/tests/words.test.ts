import { describe, expect, it } from "vitest";
import eng from "../src/words/eng";
import por from "../src/words/por";
import quz from "../src/words/quz";
import spa from "../src/words/spa";
import { pluralOf } from "../src/words/plural";

type Text = string | { one: string; other: string };
const locales: Record<string, Record<string, Text>> = { spa, eng, quz, por };
const first = spa as Record<string, Text>;

const textsOf = (text: Text): string[] => (typeof text === "string" ? [text] : [text.one, text.other]);
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!).sort();

describe.each(Object.entries(locales))("%s", (_, words) => {
  it("has every text and no other", () => {
    expect(Object.keys(words).sort()).toEqual(Object.keys(first).sort());
  });

  it("has plural forms where the first has them, and no empty text", () => {
    for (const [key, text] of Object.entries(words)) {
      expect(typeof text, key).toBe(typeof first[key]);
      for (const each of textsOf(text)) expect(each.trim(), key).not.toBe("");
    }
  });

  it("leaves out nothing that a text is to hold, and asks for nothing else", () => {
    for (const [key, text] of Object.entries(words)) {
      const given = new Set(textsOf(first[key]!).flatMap(holes));
      const held = new Set(textsOf(text).flatMap(holes));
      expect([...held].sort(), key).toEqual([...given].sort());
    }
  });
});

it("tells languages apart: few texts of one are those of another", () => {
  for (const [name, words] of Object.entries(locales)) {
    if (name === "spa") continue;
    const same = Object.keys(first).filter((key) => JSON.stringify(words[key]) === JSON.stringify(first[key]));
    expect(same.length / Object.keys(first).length, name).toBeLessThan(0.15);
  }
});

it("says nothing in a page that is not in the locales", () => {
  const files = import.meta.glob<string>("../src/**/*.{svelte,ts}", { query: "?raw", import: "default", eager: true });
  expect(Object.keys(files).length).toBeGreaterThan(40);
  for (const [file, source] of Object.entries(files)) {
    for (const [, key] of source.matchAll(/\bt\("([\w.]+)"/g)) expect(first, `${file}: ${key}`).toHaveProperty([key!]);
  }
});

it("chooses plural forms as the language does", () => {
  const forms = { one: "{n} día", other: "{n} días" };
  expect(pluralOf(forms, 1, "es-PE")).toBe("{n} día");
  expect(pluralOf(forms, 0, "es-PE")).toBe("{n} días");
  expect(pluralOf(forms, 0, "pt-BR")).toBe("{n} día");
  expect(pluralOf(forms, 1_000_000, "es-PE")).toBe("{n} días");
});
