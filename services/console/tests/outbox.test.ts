import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, it } from "vitest";
import { Database } from "../src/offline/database";
import { Outbox, type Entry, type Outcome } from "../src/offline/outbox";

// A market that does each request_id once, as the real one does.
class Market {
  readonly done: string[] = [];
  private readonly answers = new Map<string, unknown>();
  reachable = true;
  loseAnswers = 0; // so many requests arrive and their answers do not
  refuses = new Set<string>();

  readonly send = async (entry: Entry): Promise<Outcome> => {
    if (!this.reachable) return { kind: "unreachable" };
    if (this.refuses.has(entry.label)) return { kind: "refused", refusal: { reason: "NO" } };
    if (!this.answers.has(entry.requestId)) {
      this.answers.set(entry.requestId, { number: this.answers.size + 1 });
      this.done.push(entry.label);
    }
    if (this.loseAnswers-- > 0) return { kind: "unreachable" };
    return { kind: "done", answer: this.answers.get(entry.requestId) };
  };
}

let factory: IDBFactory;
let market: Market;
const connect = (): Promise<Database> => Database.connect("test", factory);
const entry = (label: string, principal = "principals/p") => ({ principal, method: "m", body: {}, requestId: `id of ${label}`, label });

beforeEach(() => {
  factory = new IDBFactory();
  market = new Market();
});

describe("Outbox", () => {
  it("tells the answer of what it sends, and keeps nothing", async () => {
    const outbox = new Outbox({ database: await connect(), send: market.send });
    expect(await outbox.post(entry("a"))).toEqual({ kind: "done", answer: { number: 1 } });
    expect(await outbox.entries("principals/p")).toEqual([]);
  });

  it("keeps what is written without a network and sends it later, in the order of writing", async () => {
    const outbox = new Outbox({ database: await connect(), send: market.send });
    market.reachable = false;
    for (const label of ["a", "b", "c"]) expect((await outbox.post(entry(label))).kind).toBe("unreachable");
    market.reachable = true;
    await outbox.flush("principals/p");
    expect(market.done).toEqual(["a", "b", "c"]);
    expect(await outbox.entries("principals/p")).toEqual([]);
  });

  it("does nothing twice when the answer is lost", async () => {
    const outbox = new Outbox({ database: await connect(), send: market.send });
    market.loseAnswers = 1;
    expect((await outbox.post(entry("a"))).kind).toBe("unreachable");
    expect(market.done).toEqual(["a"]);
    await outbox.flush("principals/p");
    expect(market.done).toEqual(["a"]);
    expect(await outbox.entries("principals/p")).toEqual([]);
  });

  it("does nothing twice when the window is closed between sending and the answer", async () => {
    const before = await connect();
    // It arrives, and whoever waits for the answer is gone.
    const closed = new Outbox({
      database: before,
      send: async (sent) => {
        await market.send(sent);
        return new Promise<Outcome>(() => undefined);
      },
    });
    void closed.post(entry("a"));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(market.done).toEqual(["a"]);
    before.close();

    const again = new Outbox({ database: await connect(), send: market.send });
    const [left] = await again.entries("principals/p");
    expect(left).toMatchObject({ label: "a", tries: 1, requestId: "id of a" });
    await again.flush("principals/p");
    expect(market.done).toEqual(["a"]);
    expect(await again.entries("principals/p")).toEqual([]);
  });

  it("stops at the first that does not get through, so that nothing overtakes it", async () => {
    const outbox = new Outbox({ database: await connect(), send: market.send });
    market.loseAnswers = 1;
    await outbox.add(entry("a"));
    await outbox.add(entry("b"));
    await outbox.flush("principals/p");
    expect(market.done).toEqual(["a"]);
    await outbox.flush("principals/p");
    expect(market.done).toEqual(["a", "b"]);
  });

  it("keeps what was refused later for a person, and goes on with the rest", async () => {
    const outbox = new Outbox({ database: await connect(), send: market.send });
    market.refuses.add("a");
    await outbox.add(entry("a"));
    await outbox.add(entry("b"));
    await outbox.flush("principals/p");
    await outbox.flush("principals/p");
    expect(market.done).toEqual(["b"]);
    expect((await outbox.entries("principals/p")).map(({ label, refusal }) => [label, refusal])).toEqual([["a", { reason: "NO" }]]);
  });

  it("sends again what was refused, once a person says so", async () => {
    const outbox = new Outbox({ database: await connect(), send: market.send });
    market.refuses.add("a");
    const id = await outbox.add(entry("a"));
    await outbox.flush("principals/p");
    market.refuses.clear();
    await outbox.flush("principals/p");
    expect(market.done).toEqual([]);
    await outbox.retry(id);
    await outbox.flush("principals/p");
    expect(market.done).toEqual(["a"]);
    expect(await outbox.entries("principals/p")).toEqual([]);
  });

  it("hands a refusal to who is there to read it, and keeps nothing", async () => {
    const outbox = new Outbox({ database: await connect(), send: market.send });
    market.refuses.add("a");
    expect(await outbox.post(entry("a"))).toEqual({ kind: "refused", refusal: { reason: "NO" } });
    expect(await outbox.entries("principals/p")).toEqual([]);
  });

  it("sends nothing that was cancelled, and does not cancel what is on its way", async () => {
    let release: (() => void) | undefined;
    const outbox = new Outbox({
      database: await connect(),
      send: async (sent) => {
        if (sent.label === "a") await new Promise<void>((resolve) => (release = resolve));
        return market.send(sent);
      },
    });
    const a = await outbox.add(entry("a"));
    const b = await outbox.add(entry("b"));
    const flushed = outbox.flush("principals/p");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await outbox.cancel(a)).toBe(false);
    expect(await outbox.cancel(b)).toBe(true);
    release!();
    await flushed;
    expect(market.done).toEqual(["a"]);
  });

  it("sends nobody else's with this person's token", async () => {
    const outbox = new Outbox({ database: await connect(), send: market.send });
    await outbox.add(entry("theirs", "principals/other"));
    await outbox.post(entry("mine"));
    expect(market.done).toEqual(["mine"]);
  });

  it("sends each once when two windows flush at the same time", async () => {
    let lock: Promise<void> = Promise.resolve();
    const alone = (act: () => Promise<void>): Promise<void> => (lock = lock.then(act));
    let calls = 0;
    const send = (sent: Entry): Promise<Outcome> => {
      ++calls;
      return market.send(sent);
    };
    const one = new Outbox({ database: await connect(), send, alone });
    const two = new Outbox({ database: await connect(), send, alone });
    for (const label of ["a", "b", "c"]) await one.add(entry(label));
    await Promise.all([one.flush("principals/p"), two.flush("principals/p")]);
    expect(market.done).toEqual(["a", "b", "c"]);
    expect(calls).toBe(3);
  });
});
