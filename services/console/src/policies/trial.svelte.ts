// Clearings that store nothing: a policy on a market, while they go on and when they are done.
import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { RoundProgress } from "../../generated/ayni/v1/round_service_pb";
import type { OperationSchema } from "../../generated/google/longrunning/operations_pb";
import { operate } from "../api/operation";
import { refusalOf, type Refusal } from "../api/refusal";

export class Trial<O extends DescMessage> {
  answer = $state.raw<MessageShape<O> | undefined>();
  progress = $state.raw<RoundProgress | undefined>();
  refusal = $state.raw<Refusal | undefined>();
  busy = $state(false);

  constructor(private readonly schema: O) {}

  async run<I extends DescMessage>(method: DescMethodUnary<I, typeof OperationSchema>, init: MessageInitShape<I>): Promise<void> {
    this.busy = true;
    this.answer = this.refusal = this.progress = undefined;
    try {
      this.answer = await operate(method, init, this.schema, (progress) => (this.progress = progress));
    } catch (cause) {
      this.refusal = refusalOf(cause);
    } finally {
      this.busy = false;
    }
  }
}
