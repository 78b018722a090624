// What a phone fetches until it sees the first page, and the first page after signing in, compressed as nginx does it.
// Fails where that is more than the console may weigh.
//
//   node sizes.mjs [FOLDER]        the built console; dist where none is given
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const firstViewBytesMax = 150_000;
const gzipLevel = 6;
const folder = process.argv[2] ?? process.env.AYNI_CONSOLE_OUT ?? "dist";
const assets = readdirSync(join(folder, "assets"));
const size = (file) => gzipSync(readFileSync(join(folder, file)), { level: gzipLevel }).length;
function named(name, ending) {
  const found = assets.filter((file) => file.startsWith(`${name}-`) && file.endsWith(ending)).map((file) => `assets/${file}`);
  if (found.length === 0) throw new Error(`${folder} has no ${name}-*${ending}`);
  return found;
}

// A chunk, and all that it can't run without.
function withImports(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, next] of readFileSync(join(folder, file), "utf8").matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g))
    withImports(`assets/${next}`, found);
  return found;
}

const index = readFileSync(join(folder, "index.html"), "utf8");
const signIn = new Set(["index.html", "icon.svg", ...[...index.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((found) => found[1])]);
for (const file of [...signIn]) if (file.endsWith(".js")) withImports(file, signIn);
for (const file of named("spa-first", ".js")) signIn.add(file);
const home = new Set(signIn);
for (const name of ["Home", "spa-market", "spa-member"]) for (const file of named(name, ".js")) withImports(file, home);
for (const name of ["Home", "MatchCard"]) for (const file of named(name, ".css")) home.add(file);

const overview = new Set(signIn);
for (const name of ["Overview", "spa-market", "spa-office"]) for (const file of named(name, ".js")) withImports(file, overview);
for (const file of named("Overview", ".css")) overview.add(file);

const sum = (files) => [...files].reduce((total, file) => total + size(file), 0);
const rows = [
  ["sign-in page", sum(signIn)],
  ["sign-in page and home", sum(home)],
  ["sign-in page and an administrator's home", sum(overview)],
  ["all files, for use without a network", ["index.html", "worker.js", "icon.svg", ...assets.map((file) => `assets/${file}`)].reduce((total, file) => total + size(file), 0)],
];
for (const [what, bytes] of rows) console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${what}`);
// An administrator's home is fetched at a desk.
if (rows[1][1] > firstViewBytesMax) {
  console.error(`the first view weighs more than ${firstViewBytesMax / 1000} kB`);
  process.exit(1);
}
