// Clearings that store nothing: a policy on a market, while they go on and when they are done.
import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { RoundProgressSchema, type RoundProgress } from "../../generated/ayni/v1/round_service_pb";
import type { OperationSchema } from "../../generated/google/longrunning/operations_pb";
import { Act } from "../api/act";
import { Following } from "../api/operation.svelte";
import type { Refusal } from "../api/refusal";

export class Trial<O extends DescMessage> {
  answer = $state.raw<MessageShape<O> | undefined>();
  refusal = $state.raw<Refusal | undefined>();
  busy = $state(false);
  private following = $state.raw<Following | undefined>();
  private readonly act = new Act();

  constructor(private readonly schema: O) {}

  get progress(): RoundProgress | undefined {
    const metadata = this.following?.metadata;
    return metadata && anyUnpack(metadata, RoundProgressSchema);
  }

  async run<I extends DescMessage>(method: DescMethodUnary<I, typeof OperationSchema>, init: MessageInitShape<I>): Promise<void> {
    this.busy = true;
    this.answer = this.refusal = this.following = undefined;
    const acted = await this.act.run(method, init);
    if (acted.kind === "refused") {
      this.refusal = acted.refusal;
    } else {
      this.following = new Following(acted.answer.name);
      const found = await this.following.follow();
      this.answer = found && anyUnpack(found, this.schema);
      this.refusal = this.following.refusal;
    }
    this.busy = false;
  }
}
