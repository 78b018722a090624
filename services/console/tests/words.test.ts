import { describe, expect, it, vi } from "vitest";
import { pluralOf } from "../src/words/plural";
import { languages, t, words as current } from "../src/words/words.svelte";

type Text = string | { one: string; other: string };
type Texts = Record<string, Text>;
const files = import.meta.glob<Texts>("../src/words/*/*.ts", { import: "default", eager: true });
const areasOf = (language: string): [string, Texts][] =>
  Object.entries(files).flatMap(([file, texts]) => (file.includes(`/${language}/`) ? [[file.split("/").at(-1)!, texts] as [string, Texts]] : []));
const locales = Object.fromEntries(languages.map((language) => [language, Object.assign({}, ...areasOf(language).map(([, texts]) => texts)) as Texts]));
const first = locales.spa!;

const textsOf = (text: Text): string[] => (typeof text === "string" ? [text] : [text.one, text.other]);
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!).sort();

describe.each(Object.entries(locales))("%s", (language, words) => {
  it("has every text and no other, each in the area where Spanish has it", () => {
    const keysOf = (of: string): [string, string[]][] => areasOf(of).map(([area, texts]) => [area, Object.keys(texts).sort()]);
    expect(keysOf(language)).toEqual(keysOf("spa"));
    expect(areasOf(language).flatMap(([, texts]) => Object.keys(texts)).length, "a text stands twice").toBe(Object.keys(words).length);
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

it("chooses plural forms as the language does", () => {
  const forms = { one: "{n} día", other: "{n} días" };
  expect(pluralOf(forms, 1, "es-PE")).toBe("{n} día");
  expect(pluralOf(forms, 0, "es-PE")).toBe("{n} días");
  expect(pluralOf(forms, 0, "pt-BR")).toBe("{n} día");
  expect(pluralOf(forms, 1_000_000, "es-PE")).toBe("{n} días");
});

it("brings the words of a page and of another language, whichever comes first", async () => {
  vi.stubGlobal("document", { documentElement: {} });
  await current.load("spa");
  expect(t("next")).toBe("next");
  await Promise.all([current.load("eng"), current.bring(["member"])]);
  expect(t("next")).toBe("Continue");
  await Promise.all([current.bring(["office"]), current.load("por"), current.bring(["proof"])]);
  expect([t("next"), t("proof.right"), t("signIn.enter")]).toEqual([locales.por!["next"], locales.por!["proof.right"], locales.por!["signIn.enter"]]);
  vi.unstubAllGlobals();
});
