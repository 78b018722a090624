import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, it, vi } from "vitest";
import { ListNeedsResponseSchema } from "../generated/ayni/v1/need_service_pb";
import { NeedPages, filterText } from "../src/explain/need_pages.svelte";

const asked: { pageToken: string; filter: string }[] = [];
let cut = false;
vi.mock("../src/api/transport", () => ({
  binaryTransport: {
    unary: async (_m: unknown, _a: unknown, _b: unknown, _c: unknown, request: { pageToken: string; filter: string }) => {
      if (cut) throw new ConnectError("away", Code.Unavailable);
      asked.push(request);
      const page = Number(request.pageToken || "0");
      return { message: create(ListNeedsResponseSchema, { needs: [{ name: `cooperatives/c/needs/n${page}` }], nextPageToken: page < 2 ? String(page + 1) : "" }) };
    },
  },
  transport: {},
  useToken: () => undefined,
}));

const anything = { service: "", chain: "", state: "", urgency: "" };

it("asks for the needs that a filter chooses", () => {
  expect(filterText(anything)).toBe("");
  expect(filterText({ service: "services/dosing", chain: "", state: "STATE_OPEN", urgency: "URGENCY_HIGH" })).toBe(
    'service = "services/dosing" AND state = STATE_OPEN AND urgency = URGENCY_HIGH',
  );
});

it("reads on from where it was, also after the signal was lost", async () => {
  const pages = new NeedPages(anything);
  await pages.next();
  cut = true;
  await pages.next();
  expect(pages.refusal?.unreachable).toBe(true);
  cut = false;
  await pages.rest();
  expect(pages.whole).toBe(false); // a person tries again
  await pages.next();
  await pages.rest();
  expect(pages.needs.map(({ name }) => name.split("/")[3])).toEqual(["n0", "n1", "n2"]);
  expect(pages.whole).toBe(true);
  expect(asked.map(({ pageToken }) => pageToken)).toEqual(["", "1", "2"]);
});

it("takes nothing more after it was ended", async () => {
  const pages = new NeedPages(anything);
  asked.length = 0;
  pages.end();
  await pages.next();
  await pages.rest();
  expect(pages.needs).toEqual([]);
  expect(asked).toEqual([]);
});
