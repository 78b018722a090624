// Writes, all by way of the outbox.
import { create, fromJson, toJson, type DescMessage, type DescMethodUnary, type JsonValue, type MessageInitShape, type MessageShape } from "@bufbuild/protobuf";
import { MatchService } from "../../generated/ayni/v1/match_service_pb";
import { NeedService } from "../../generated/ayni/v1/need_service_pb";
import { OfferService } from "../../generated/ayni/v1/offer_service_pb";
import { RelationService } from "../../generated/ayni/v1/relation_service_pb";
import { database } from "../offline/database";
import { Outbox, type Entry, type Outcome } from "../offline/outbox";
import { refusalOf, type Refusal } from "./refusal";
import { reachable } from "./read.svelte";
import { me, session } from "./session.svelte";
import { transport } from "./transport";

type Method = DescMethodUnary<DescMessage, DescMessage>;

// What may wait in an outbox: found again by its name after the window was closed.
const methods = new Map<string, Method>(
  [NeedService, OfferService, MatchService, RelationService]
    .flatMap((service) => service.methods as Method[])
    .filter((method) => method.input.fields.some((field) => field.name === "request_id"))
    .map((method) => [nameOf(method), method]),
);

function nameOf(method: { parent: { typeName: string }; name: string }): string {
  return `${method.parent.typeName}/${method.name}`;
}

async function send(entry: Entry): Promise<Outcome> {
  const method = methods.get(entry.method);
  try {
    if (method === undefined) throw new Error(`${entry.method} is no more`);
    const request = fromJson(method.input, entry.body as JsonValue);
    // In the name of who wrote it, or not at all: another window may have signed somebody else in meanwhile.
    const { message } = await transport.unary(method, undefined, undefined, { "x-principal": entry.principal }, request);
    reachable.yes = true;
    return { kind: "done", answer: toJson(method.output, message) };
  } catch (cause) {
    const refusal = refusalOf(cause);
    reachable.yes = !refusal.unreachable;
    // A token that ended says nothing of the write: it waits until the person signs in again.
    return refusal.unreachable || refusal.code === "Unauthenticated" ? { kind: "unreachable" } : { kind: "refused", refusal };
  }
}

const alone = async (act: () => Promise<void>): Promise<void> => {
  if ("locks" in navigator) await navigator.locks.request("ayni-outbox", act);
  else await act();
};

let made: Promise<Outbox> | undefined;
export function outbox(): Promise<Outbox> {
  made ??= database().then((kept) => new Outbox({ database: kept, send, alone, changed: () => void waiting.count() }));
  return made;
}

// What the pages show of it.
class Waiting {
  entries = $state.raw<Entry[]>([]);
  sent = $state(0); // grows with each one that was sent, so that pages read again

  async count(): Promise<void> {
    const before = this.entries.length;
    this.entries = session.person ? await (await outbox()).entries(session.person.principal) : [];
    if (this.entries.length < before) this.sent += 1;
  }

  async flush(): Promise<void> {
    if (session.person === undefined) return;
    await (await outbox()).flush(session.person.principal);
    await this.count();
  }

  // Tries again when the network is back, when the person is, and twice a minute.
  keepSending(): void {
    const again = (): void => void this.flush();
    addEventListener("online", again);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && again());
    setInterval(() => this.entries.some((entry) => entry.refusal === undefined) && again(), 30_000);
    again();
  }
}
export const waiting = new Waiting();

export type Written<O> =
  | { kind: "done"; answer: O }
  | { kind: "refused"; refusal: Refusal }
  | { kind: "kept" }; // it is sent when the network is back

// `label` is what the outbox calls it.
export async function write<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  init: MessageInitShape<I>,
  label: string,
): Promise<Written<MessageShape<O>>> {
  const requestId = crypto.randomUUID();
  const request = create(method.input, { ...(init as object), requestId } as unknown as MessageInitShape<I>);
  const outcome = await (await outbox()).post({
    principal: me().principal,
    method: nameOf(method),
    body: toJson(method.input, request) as Record<string, unknown>,
    requestId,
    label,
  });
  if (outcome.kind === "done") return { kind: "done", answer: fromJson(method.output, outcome.answer as JsonValue) };
  if (outcome.kind === "refused") return { kind: "refused", refusal: outcome.refusal as Refusal };
  return { kind: "kept" };
}

// What is wrong with a write, without doing it; undefined: nothing, as far as can be known now.
export async function wrongWith<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  init: MessageInitShape<I>,
): Promise<Refusal | undefined> {
  const request = { ...(init as object), validateOnly: true } as unknown as MessageInitShape<I>;
  try {
    await transport.unary(method, undefined, undefined, undefined, request);
    reachable.yes = true;
    return undefined;
  } catch (cause) {
    const refusal = refusalOf(cause);
    if (!refusal.unreachable) return refusal;
    reachable.yes = false;
    return undefined;
  }
}

// Why this person may not do it, told before anything is written; undefined where the market would let it, or where it
// can't be asked.
export async function barredFrom<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  init: MessageInitShape<I>,
): Promise<Refusal | undefined> {
  const found = await wrongWith(method, init);
  return found?.code === "PermissionDenied" || found?.code === "FailedPrecondition" ? found : undefined;
}

// Many at once: all are kept before the first is sent. What is refused waits in the outbox for a person.
export async function writeMany<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  requests: { init: MessageInitShape<I>; requestId: string; label: string }[],
): Promise<{ done: number; refused: number; kept: number }> {
  const { principal } = me();
  const box = await outbox();
  const ids = new Set<number>();
  for (const { init, requestId, label } of requests) {
    const request = create(method.input, { ...(init as object), requestId } as unknown as MessageInitShape<I>);
    const body = toJson(method.input, request) as Record<string, unknown>;
    ids.add(await box.add({ principal, method: nameOf(method), body, requestId, label }));
  }
  await box.flush(principal);
  await waiting.count();
  const left = waiting.entries.filter(({ id }) => ids.has(id));
  const refused = left.filter(({ refusal }) => refusal !== undefined).length;
  return { done: ids.size - left.length, refused, kept: left.length - refused };
}
