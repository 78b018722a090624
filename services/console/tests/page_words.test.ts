// A page says only words that are there when it is shown: those of the files that src/pages/index.ts names beside it.
//
// What a page says is looked for in the text of all files that it imports, at once or later. A literal that is a key counts as
// said, and so do all keys that begin as a template does, as `fairness.by.${...}`: keys are made in no other way.
import { expect, it } from "vitest";
import { allPages } from "../src/pages";

const sources = import.meta.glob<string>(["../src/**/*.{svelte,ts}", "!../src/words/**"], { query: "?raw", import: "default", eager: true });
const texts = import.meta.glob<Record<string, unknown>>("../src/words/spa/*.ts", { import: "default", eager: true });
const areaOf = new Map(Object.entries(texts).flatMap(([file, all]) => Object.keys(all).map((key) => [key, /(\w+)\.ts$/.exec(file)![1]!] as const)));

function importsOf(file: string): string[] {
  return [...sources[file]!.matchAll(/(?:\bfrom |\bimport |\bimport\()"(\.[^"]+)"/g)].flatMap(([, to]) => {
    const path = new URL(to!, `file:///tests/${file}`).pathname.replace("/", "../");
    return ["", ".ts", ".svelte", "/index.ts"].map((ending) => path + ending).filter((each) => each in sources);
  });
}

function withImports(file: string, found = new Set<string>()): Set<string> {
  // Pages are looked at by themselves.
  if (found.has(file) || file === "../src/pages/index.ts") return found;
  found.add(file);
  for (const next of importsOf(file)) withImports(next, found);
  return found;
}

function keysIn(file: string): string[] {
  const source = sources[file]!;
  const literals = [...source.matchAll(/["'`]([\w.]+)["'`]/g)].map(([, key]) => key!).filter((key) => areaOf.has(key));
  const heads = [...source.matchAll(/`(\w[\w.]*\.)\$\{/g)].map(([, head]) => head!);
  return [...literals, ...[...areaOf.keys()].filter((key) => heads.some((head) => key.startsWith(head)))];
}

// What is said, as area: file: key.
function saidBy(...files: string[]): Map<string, string[]> {
  const said = new Map<string, string[]>();
  for (const file of files.flatMap((each) => [...withImports(each)]))
    for (const key of keysIn(file)) said.set(areaOf.get(key)!, [...(said.get(areaOf.get(key)!) ?? []), `${file}: ${key}`]);
  return said;
}

it("says nothing on the sign-in page and around pages but words of the first file", () => {
  const said = saidBy("../src/main.ts");
  expect(said.get("first")!.length).toBeGreaterThan(60);
  said.delete("first");
  expect(Object.fromEntries(said)).toEqual({});
});

const pages = allPages.map(({ load, areas }) => ({ file: `../src/pages/${/(\w+)\.svelte/.exec(String(load))![1]}.svelte`, areas }));

it.each(pages)("says on $file only words of $areas", ({ file, areas }) => {
  const said = saidBy(file);
  expect(said.size).toBeGreaterThan(0);
  const missing = [...said].filter(([area]) => area !== "first" && !(areas as string[]).includes(area));
  expect(Object.fromEntries(missing)).toEqual({});
});

it("has no word that nobody says", () => {
  const said = new Set([...saidBy("../src/main.ts", ...pages.map(({ file }) => file)).values()].flat().map((each) => each.split(": ")[1]));
  expect([...areaOf.keys()].filter((key) => !said.has(key))).toEqual([]);
});

// What the types let through: a key that is no literal is a template that begins with letters, but where a file makes sure itself.
it("makes keys in no way that is not looked for here", () => {
  const made = Object.entries(sources).flatMap(([file, source]) =>
    [...source.matchAll(/.*\bas Key\b.*|.*\bt\(`\$.*/g)].filter(([line]) => !/`\w[\w.]*\.\$\{/.test(line)).map(() => file),
  );
  expect(made.sort()).toEqual(["../src/policies/policy_words.ts", "../src/sheet/need_rows.ts"]);
});
