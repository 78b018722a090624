// Writes on their way to the market. Every write goes through here: it is kept first, with a request_id that never
// changes, and then sent. Whatever happens in between (no network, a closed window, a lost answer), it is sent again with
// the same request_id until the market answers, and the market does it once.
import type { Database } from "./database";

// `body` is the request as JSON, with its request_id in it.
export interface Entry {
  id: number;
  principal: string;
  method: string;
  body: Record<string, unknown>;
  requestId: string;
  label: string; // what people call it
  time: number; // when it was written, ms
  tries: number; // how often it was begun to be sent: it may have arrived
  refusal?: unknown; // why the market refused it: it waits for a person, and is not sent again
}

export type Outcome =
  | { kind: "done"; answer: unknown }
  | { kind: "refused"; refusal: unknown }
  | { kind: "unreachable" };

export interface OutboxOptions {
  database: Database;
  // Never throws.
  send: (entry: Entry) => Promise<Outcome>;
  // Runs `act` while no other window does.
  alone?: (act: () => Promise<void>) => Promise<void>;
  changed?: () => void;
}

export class Outbox {
  private flushing: Promise<void> = Promise.resolve();
  private sending: number | undefined;
  private readonly waiters = new Map<number, (outcome: Outcome) => void>();

  constructor(private readonly options: OutboxOptions) {}

  async entries(principal: string): Promise<Entry[]> {
    const all = await this.options.database.all<Entry>("outbox");
    return all.filter((entry) => entry.principal === principal).sort((a, b) => a.id - b.id);
  }

  // Resolves when it is kept.
  async add(entry: Omit<Entry, "id" | "tries" | "refusal" | "time">): Promise<number> {
    const id = await this.options.database.put("outbox", { ...entry, tries: 0, time: Date.now() });
    this.options.changed?.();
    return id as number;
  }

  // Keeps it, sends all that waits, and says what became of this one. One that is refused is taken out again: the person
  // who wrote it is told here.
  async post(entry: Omit<Entry, "id" | "tries" | "refusal" | "time">): Promise<Outcome> {
    const id = await this.add(entry);
    const outcome = new Promise<Outcome>((resolve) => this.waiters.set(id, resolve));
    await this.flush(entry.principal);
    this.tell(id, { kind: "unreachable" });
    return outcome;
  }

  // Sends what waits, in the order in which it was written, until all is sent or the market can't be reached. One at a
  // time: a second call waits for the first and then looks again.
  flush(principal: string): Promise<void> {
    const alone = this.options.alone ?? ((act) => act());
    const next = this.flushing.then(() => alone(() => this.sendAll(principal)));
    this.flushing = next.catch(() => undefined);
    return next;
  }

  // False: it is being sent at this moment.
  async cancel(id: number): Promise<boolean> {
    if (this.sending === id) return false;
    await this.options.database.remove("outbox", id);
    this.options.changed?.();
    return true;
  }

  // What was refused waits to be sent again, in its old place.
  async retry(id: number): Promise<void> {
    const entry = await this.options.database.get<Entry>("outbox", id);
    if (entry === undefined) return;
    const { refusal: _, ...waiting } = entry;
    await this.options.database.put("outbox", waiting);
    this.options.changed?.();
  }

  private async sendAll(principal: string): Promise<void> {
    let last = 0;
    for (;;) {
      // Read again each time: another window, or a cancellation, may have changed it.
      const entry = (await this.entries(principal)).find((each) => each.refusal === undefined && each.id > last);
      if (entry === undefined) return;
      last = entry.id;
      this.sending = entry.id;
      try {
        await this.options.database.put("outbox", { ...entry, tries: entry.tries + 1 });
        const outcome = await this.options.send(entry);
        if (outcome.kind === "unreachable") return;
        if (outcome.kind === "done" || this.waiters.has(entry.id)) {
          await this.options.database.remove("outbox", entry.id);
        } else {
          await this.options.database.put("outbox", { ...entry, tries: entry.tries + 1, refusal: outcome.refusal });
        }
        this.tell(entry.id, outcome);
      } finally {
        this.sending = undefined;
        this.options.changed?.();
      }
    }
  }

  private tell(id: number, outcome: Outcome): void {
    this.waiters.get(id)?.(outcome);
    this.waiters.delete(id);
  }
}
