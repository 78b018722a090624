// Long-running operations, looked at until they are done.
import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { RoundProgressSchema, type RoundProgress } from "../../generated/ayni/v1/round_service_pb";
import { Operations, type Operation, type OperationSchema } from "../../generated/google/longrunning/operations_pb";
import { binaryTransport } from "./transport";

const firstPauseMs = 100;
const pauseMsMax = 1000;

// Throws what refusalOf reads, and so it does where the operation failed.
export async function operate<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, typeof OperationSchema>,
  init: MessageInitShape<I>,
  answer: O,
  progressed: (progress: RoundProgress) => void,
): Promise<MessageShape<O>> {
  let { message: operation }: { message: Operation } = await binaryTransport.unary(method, undefined, undefined, undefined, init);
  for (let pause = firstPauseMs; !operation.done; pause = Math.min(pause * 2, pauseMsMax)) {
    const progress = operation.metadata && anyUnpack(operation.metadata, RoundProgressSchema);
    if (progress) progressed(progress);
    await new Promise((resolve) => setTimeout(resolve, pause));
    const name = operation.name;
    ({ message: operation } = await binaryTransport.unary(Operations.method.getOperation, undefined, undefined, undefined, { name }));
  }
  if (operation.result.case === "error") {
    const { code, message, details } = operation.result.value;
    const error = new ConnectError(message, code);
    error.details = details.map(({ typeUrl, value }) => ({ type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value }));
    throw error;
  }
  const found = operation.result.case === "response" ? anyUnpack(operation.result.value, answer) : undefined;
  if (found === undefined) throw new ConnectError("the operation has another answer", Code.Internal);
  return found;
}
