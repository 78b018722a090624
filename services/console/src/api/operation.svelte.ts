// Long-running operations: what the market goes on with after it has answered.
import type { Any } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import { Operations, type Operation } from "../../generated/google/longrunning/operations_pb";
import { reachable } from "./read.svelte";
import { refusalOf, type Refusal } from "./refusal";
import { binaryTransport } from "./transport";

const firstPauseMs = 250;
const pauseMsMax = 2000;

async function ask(name: string): Promise<Operation> {
  const { message } = await binaryTransport.unary(Operations.method.getOperation, undefined, undefined, undefined, { name });
  return message;
}

// Follows an operation until it is done. While the market can't be reached it goes on asking.
export class Following {
  metadata = $state.raw<Any | undefined>();
  running = $state(false);
  refusal = $state.raw<Refusal | undefined>(); // why it failed
  private turn = 0;

  constructor(readonly name: string) {}

  // The answer of one that went well; undefined: it failed, there is none, or nobody follows it any more.
  async follow(): Promise<Any | undefined> {
    const turn = ++this.turn;
    this.running = true;
    this.refusal = undefined;
    try {
      for (let pause = firstPauseMs; ; pause = Math.min(pauseMsMax, pause * 1.4)) {
        const operation = await this.askPatiently(turn);
        if (operation === undefined || turn !== this.turn) return undefined;
        this.metadata = operation.metadata;
        if (operation.done) return this.resultOf(operation);
        await new Promise((resolve) => setTimeout(resolve, pause));
        if (turn !== this.turn) return undefined;
      }
    } finally {
      if (turn === this.turn) this.running = false;
    }
  }

  // What it says of itself now, without waiting; undefined: there is no such operation.
  async look(): Promise<Operation | undefined> {
    try {
      return await ask(this.name);
    } catch (cause) {
      if (refusalOf(cause).code === "NotFound") return undefined;
      throw cause;
    }
  }

  async cancel(): Promise<void> {
    await binaryTransport.unary(Operations.method.cancelOperation, undefined, undefined, undefined, { name: this.name });
  }

  // Asks no more; the operation goes on.
  stop(): void {
    this.turn += 1;
    this.running = false;
  }

  private resultOf({ result }: Operation): Any | undefined {
    if (result.case === "response") return result.value;
    if (result.case === "error") {
      const { code, message, details } = result.value;
      const error = new ConnectError(message, code);
      error.details = details.map(({ typeUrl, value }) => ({ type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value }));
      this.refusal = refusalOf(error);
    }
    return undefined;
  }

  private async askPatiently(turn: number): Promise<Operation | undefined> {
    while (turn === this.turn) {
      try {
        const operation = await ask(this.name);
        reachable.yes = true;
        return operation;
      } catch (cause) {
        const refusal = refusalOf(cause);
        reachable.yes = !refusal.unreachable;
        if (!refusal.unreachable) {
          this.refusal = refusal;
          return undefined;
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMsMax));
      }
    }
    return undefined;
  }
}
