// Writes whose answer is awaited: they never wait in the outbox. Done again after a lost answer, an act carries the same
// request_id, and the market does it once. They go as bytes: an answer may be an operation, which holds messages of any type.
import { create, toJson, type DescMessage, type DescMethodUnary, type MessageInitShape, type MessageShape } from "@bufbuild/protobuf";
import { refusalOf, type Refusal } from "./refusal";
import { reachable } from "./read.svelte";
import { binaryTransport } from "./transport";

export type Acted<O> = { kind: "done"; answer: O } | { kind: "refused"; refusal: Refusal };

// One a form.
export class Act {
  private body = "";
  private requestId = "";

  async run<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    init: MessageInitShape<I>,
  ): Promise<Acted<MessageShape<O>>> {
    const body = `${method.name} ${JSON.stringify(toJson(method.input, create(method.input, init)))}`;
    if (body !== this.body) [this.body, this.requestId] = [body, crypto.randomUUID()];
    try {
      const request = { ...(init as object), requestId: this.requestId } as unknown as MessageInitShape<I>;
      const { message } = await binaryTransport.unary(method, undefined, undefined, undefined, request);
      reachable.yes = true;
      this.body = "";
      return { kind: "done", answer: message };
    } catch (cause) {
      const refusal = refusalOf(cause);
      reachable.yes = !refusal.unreachable;
      if (!refusal.unreachable) this.body = "";
      return { kind: "refused", refusal };
    }
  }
}
