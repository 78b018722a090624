import { create } from "@bufbuild/protobuf";
import { anyPack, anyUnpack } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { beforeEach, expect, it, vi } from "vitest";
import { RoundSchema } from "../generated/ayni/v1/round_pb";
import { RoundService } from "../generated/ayni/v1/round_service_pb";
import { OperationSchema } from "../generated/google/longrunning/operations_pb";
import { Act } from "../src/api/act";
import { Following } from "../src/api/operation.svelte";

const asked: { requestId: string; name: string }[] = [];
let answers: (() => object)[] = [];
vi.mock("../src/api/transport", () => {
  const unary = async (_method: unknown, _a: unknown, _b: unknown, _c: unknown, request: { requestId: string; name: string }) => {
    asked.push(request);
    return { message: answers.shift()!() };
  };
  return { transport: { unary }, binaryTransport: { unary }, useToken: () => undefined };
});
const round = (): object => create(RoundSchema, { name: "rounds/r1" });
const cut = (): never => {
  throw new ConnectError("away", Code.Unavailable);
};

beforeEach(() => {
  asked.length = 0;
  answers = [];
  vi.useRealTimers();
});

it("asks again with the same request_id where nobody knows whether it was done", async () => {
  const act = new Act();
  const undo = (reason: string) => act.run(RoundService.method.undoRound, { name: "rounds/r1", reason });
  answers = [cut, round, round];
  expect((await undo("wrong")).kind).toBe("refused");
  expect((await undo("wrong")).kind).toBe("done");
  expect(asked[0]!.requestId).not.toBe("");
  expect(asked[1]!.requestId).toBe(asked[0]!.requestId);
  await undo("wrong");
  expect(asked[2]!.requestId).not.toBe(asked[1]!.requestId);
});

it("takes another request_id for what is corrected, and after a refusal", async () => {
  const act = new Act();
  const undo = (reason: string) => act.run(RoundService.method.undoRound, { name: "rounds/r1", reason });
  const refuse = (): never => {
    throw new ConnectError("no", Code.FailedPrecondition);
  };
  answers = [cut, refuse, refuse];
  for (const reason of ["wrong", "wrong policy", "wrong policy"]) expect((await undo(reason)).kind).toBe("refused");
  expect(new Set(asked.map(({ requestId }) => requestId)).size).toBe(3);
});

it("follows an operation over lost signals until it is done", async () => {
  vi.useFakeTimers();
  const running = (): object => create(OperationSchema, { name: "operations/r1" });
  const done = (): object => create(OperationSchema, { done: true, result: { case: "response", value: anyPack(RoundSchema, create(RoundSchema, { note: "done" })) } });
  answers = [running, cut, cut, running, done];
  const following = new Following("operations/r1");
  const answer = following.follow();
  expect(following.running).toBe(true);
  await vi.runAllTimersAsync();
  expect(anyUnpack((await answer)!, RoundSchema)?.note).toBe("done");
  expect(following.running).toBe(false);
  expect(following.refusal).toBeUndefined();
});

it("says why an operation failed, and that one was cancelled", async () => {
  const failed = (code: number) => (): object => create(OperationSchema, { done: true, result: { case: "error", value: { code, message: "stopped" } } });
  const following = new Following("operations/r1");
  answers = [failed(1), failed(13)];
  expect(await following.follow()).toBeUndefined();
  expect(following.refusal?.code).toBe("Canceled");
  await following.follow();
  expect(following.refusal).toMatchObject({ code: "Internal", message: "stopped" });
});
