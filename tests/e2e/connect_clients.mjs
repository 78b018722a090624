// What programs in JavaScript do with the market through Connect's own clients, unchanged: one after the other by each
// transport. Prints what came of it as JSON, a line each.
//
//   node connect_clients.mjs URL TOKEN        beside node_modules and stubs, which protoc-gen-es made of the protos
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { compressionGzip, createConnectTransport as createNodeTransport } from "@connectrpc/connect-node";
import { createConnectTransport as createWebTransport } from "@connectrpc/connect-web";

import { MarketService } from "./stubs/ayni/v1/market_service_pb.js";
import { NeedService } from "./stubs/ayni/v1/need_service_pb.js";
import { PartyService } from "./stubs/ayni/v1/party_service_pb.js";
import { BadRequestSchema, ErrorInfoSchema } from "./stubs/google/rpc/error_details_pb.js";

const [baseUrl, token] = process.argv.slice(2);

const authenticate = (next) => (request) => {
  request.header.set("authorization", `Bearer ${token}`);
  return next(request);
};
const common = { baseUrl, interceptors: [authenticate] };
const gzip = { sendCompression: compressionGzip, compressMinBytes: 0 };
const transports = {
  "node json": createNodeTransport({ ...common, httpVersion: "1.1" }),
  "node json gzip": createNodeTransport({ ...common, ...gzip, httpVersion: "1.1" }),
  "node json get": createNodeTransport({ ...common, httpVersion: "1.1", useHttpGet: true }),
  "node binary": createNodeTransport({ ...common, httpVersion: "1.1", useBinaryFormat: true }),
  "node binary gzip get": createNodeTransport({
    ...common, ...gzip, httpVersion: "1.1", useBinaryFormat: true, useHttpGet: true }),
  "web json": createWebTransport(common),
  "web json get": createWebTransport({ ...common, useHttpGet: true }),
  "web binary": createWebTransport({ ...common, useBinaryFormat: true }),
};

async function refusalOf(call) {
  try {
    await call();
    return null;
  } catch (error) {
    const refusal = ConnectError.from(error);
    return {
      code: Code[refusal.code],
      reason: refusal.findDetails(ErrorInfoSchema)[0]?.reason,
      fields: refusal.findDetails(BadRequestSchema).flatMap((each) => each.fieldViolations.map((one) => one.field)),
    };
  }
}

for (const [name, transport] of Object.entries(transports)) {
  const needs = createClient(NeedService, transport);
  const listed = await needs.listNeeds({ parent: "cooperatives/-", pageSize: 3 });
  const need = { ...listed.needs[0], name: "", state: 0, matchedQuantity: 0n, waitStartTime: undefined, etag: "" };
  const parent = listed.needs[0].name.split("/needs/")[0];
  const posting = { parent, need, requestId: `r-${name}` };
  const headers = {};
  const made = await needs.createNeed(posting, { onHeader: (all) => (headers.id = all.get("x-request-id")) });
  const again = await needs.createNeed(posting);
  const unknown = await refusalOf(() => needs.getNeed({ name: `${parent}/needs/nothing` }));
  const wrong = await refusalOf(() => needs.createNeed({ parent, need: { ...need, quantity: -4n, languages: ["que"] } }));
  // No timeoutMs is so short that no answer ever comes in time.
  const late = await refusalOf(() => needs.listNeeds({ parent: "cooperatives/-" }, { headers: { "Connect-Timeout-Ms": "0" } }));
  console.log(JSON.stringify({
    name, listed: listed.needs.length, more: listed.nextPageToken !== "", made: made.name, again: again.name,
    quantity: made.quantity === need.quantity, requestId: headers.id !== undefined, unknown, wrong, late }));
}

for (const [name, transport] of Object.entries(transports).filter(([name]) => name.startsWith("node"))) {
  const party = (await createClient(PartyService, transport).listParties({ pageSize: 1 })).parties[0];
  const client = createClient(MarketService, transport);
  const rows = async function* (last) {
    yield { rows: [{ file: "a", line: 2n, resource: { case: "party", value: party } }] };
    yield { rows: [{ file: "a", line: 3n, resource: { case: "party", value: { ...party, name: `${party.name}-2`, displayName: "", identifiers: [] } } }], last };
  };
  const answer = await client.importMarket(rows(true));
  const unfinished = await refusalOf(() => client.importMarket(rows(false)));
  console.log(JSON.stringify({
    name: `${name} stream`, applied: answer.applied, errors: answer.errors.map((each) => each.field), unfinished }));
}
