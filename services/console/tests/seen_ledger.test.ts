import { IDBFactory } from "fake-indexeddb";
import { describe, expect, it } from "vitest";
import { Database } from "../src/offline/database";
import { utf8 } from "../src/proof/bytes";
import { leafHashOf, nodeHashOf } from "../src/proof/merkle";
import { judgeHead, judgeKey, keepSeen, readSeen, withHead, type SeenLedger } from "../src/proof/seen_ledger";

const seen: SeenLedger = { id: "own", verifier: "a+1+x", compared: false, pinTime: 1 };
const leaves = await Promise.all(["a", "b", "c"].map((text) => leafHashOf(utf8(text))));
const two = { origin: "o", leafCount: 2n, root: await nodeHashOf(leaves[0]!, leaves[1]!) };
const three = { origin: "o", leafCount: 3n, root: await nodeHashOf(two.root, leaves[2]!) };
const otherThree = { origin: "o", leafCount: 3n, root: await nodeHashOf(await nodeHashOf(leaves[1]!, leaves[0]!), leaves[2]!) };
const nothing = () => Promise.reject(new Error("not asked for"));
const after = withHead(seen, two, "note", 5);

describe("judgeKey", () => {
  it("keeps the first, and calls out a change", () => {
    expect(judgeKey(undefined, "a+1+x")).toBe("first");
    expect(judgeKey(seen, "a+1+x")).toBe("same");
    expect(judgeKey(seen, "a+2+y")).toBe("changed");
  });
});

describe("judgeHead", () => {
  it("has nothing to say of the first", async () => {
    expect(await judgeHead(seen, two, nothing)).toEqual({ kind: "first" });
  });
  it("takes what is the same, and what grew", async () => {
    expect(await judgeHead(after, two, nothing)).toEqual({ kind: "same" });
    expect(await judgeHead(after, three, () => Promise.resolve([leaves[2]!]))).toEqual({ kind: "grew", from: 2n, since: 5 });
  });
  it("calls out a fork, of the same size or a larger one", async () => {
    expect(await judgeHead(after, { ...two, root: leaves[0]! }, nothing)).toMatchObject({ kind: "alarm", why: "forked" });
    expect(await judgeHead(after, otherThree, () => Promise.resolve([leaves[2]!]))).toMatchObject({ kind: "alarm", why: "forked", seen: 2n });
  });
  it("calls out entries that are gone", async () => {
    expect(await judgeHead(withHead(seen, three, "note", 9), two, nothing)).toMatchObject({ kind: "alarm", why: "rolledBack", seen: 3n, since: 9 });
  });
});

it("is kept, in a database that an older console made too", async () => {
  const factory = new IDBFactory();
  await new Promise<void>((resolve) => {
    const request = factory.open("old", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("answers", { keyPath: "key" });
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
  });
  const kept = await Database.connect("old", factory);
  expect(await readSeen(kept)).toBeUndefined();
  await keepSeen(kept, after);
  expect(await readSeen(kept)).toEqual(after);
});
