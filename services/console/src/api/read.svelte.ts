// Reads, each with its last good answer: shown at once, and for as long as the network is away, with its time.
import {
  create,
  fromJson,
  toJson,
  type DescMessage,
  type DescMethodUnary,
  type JsonValue,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { untrack } from "svelte";
import { database } from "../offline/database";
import { refusalOf, type Refusal } from "./refusal";
import { session } from "./session.svelte";
import { transport } from "./transport";

export interface Answer<O> {
  value: O;
  time: number; // when the market gave it
  old: boolean; // the market could not be reached since
}

interface KeptAnswer {
  key: string;
  time: number;
  json: JsonValue;
}

function keyOf<I extends DescMessage>(method: { parent: { typeName: string }; name: string; input: I }, request: MessageShape<I>): string {
  const of = session.person?.principal ?? "";
  return `${of} ${method.parent.typeName}/${method.name} ${JSON.stringify(toJson(method.input, request))}`;
}

// The last good answer, however old.
export async function keptAnswer<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  init: MessageInitShape<I>,
): Promise<Answer<MessageShape<O>> | undefined> {
  const kept = await (await database()).get<KeptAnswer>("answers", keyOf(method, create(method.input, init)));
  if (kept === undefined) return undefined;
  try {
    return { value: fromJson(method.output, kept.json), time: kept.time, old: true };
  } catch {
    return undefined; // of an older version of the API
  }
}

// From the market; without a network the last good answer. Throws what refusalOf reads.
export async function read<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  init: MessageInitShape<I>,
): Promise<Answer<MessageShape<O>>> {
  const request = create(method.input, init);
  const person = session.person;
  const key = keyOf(method, request);
  try {
    const { message } = await transport.unary(method, undefined, undefined, undefined, init);
    reachable.yes = true;
    const time = Date.now();
    const json = toJson(method.output, message);
    // A full disk must not keep anybody from reading. Of who left meanwhile nothing stays.
    if (session.person?.principal !== person?.principal) return { value: message, time, old: false };
    void database()
      .then((kept) => kept.put("answers", { key, time, json } satisfies KeptAnswer))
      .catch(() => undefined);
    return { value: message, time, old: false };
  } catch (cause) {
    const refusal = refusalOf(cause);
    if (!refusal.unreachable) throw cause;
    reachable.yes = false;
    const kept = await keptAnswer(method, init);
    if (kept === undefined) throw cause;
    return kept;
  }
}

// All pages of a list, at most `most` records.
export async function readAll<I extends DescMessage, O extends DescMessage, T>(
  method: DescMethodUnary<I, O>,
  init: MessageInitShape<I>,
  records: (answer: MessageShape<O>) => T[],
  most = 10_000,
): Promise<Answer<T[]>> {
  const all: T[] = [];
  let time = Infinity;
  let old = false;
  let pageToken = "";
  do {
    const page = await read(method, { ...(init as object), pageSize: 1000, pageToken } as unknown as MessageInitShape<I>);
    all.push(...records(page.value));
    time = Math.min(time, page.time);
    old ||= page.old;
    pageToken = (page.value as { nextPageToken?: string }).nextPageToken ?? "";
  } while (pageToken !== "" && all.length < most);
  return { value: all, time, old };
}

// Whether the last call got through.
class Reachable {
  yes = $state(true);
}
export const reachable = new Reachable();

// Of a page: what it reads, while it is read, and why it can't be.
export class Reading<T> {
  value = $state.raw<T | undefined>();
  time = $state(0);
  old = $state(false);
  loading = $state(false);
  refusal = $state.raw<Refusal | undefined>();
  private turn = 0;

  constructor(private readonly source: () => Promise<Answer<T>>) {}

  // Tracks nothing: an effect that calls it depends on what it read itself.
  refresh(): Promise<void> {
    return untrack(() => this.load());
  }

  private async load(): Promise<void> {
    const turn = ++this.turn;
    this.loading = true;
    this.refusal = undefined;
    try {
      const answer = await this.source();
      if (turn !== this.turn) return;
      this.value = answer.value;
      this.time = answer.time;
      this.old = answer.old;
    } catch (cause) {
      if (turn === this.turn) this.refusal = refusalOf(cause);
    } finally {
      if (turn === this.turn) this.loading = false;
    }
  }
}

export function reading<T>(load: () => Promise<Answer<T>>): Reading<T> {
  const made = new Reading(load);
  void made.refresh();
  return made;
}
