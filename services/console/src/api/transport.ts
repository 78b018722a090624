// The one way to the market: Connect's JSON, with the person's token.
import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";

let token = "";

export function useToken(secret: string): void {
  token = secret;
}

const authenticate: Interceptor = (next) => (request) => {
  if (token !== "") request.header.set("authorization", `Bearer ${token}`);
  return next(request);
};

// A browser says no more than "failed to fetch" where the network or the server is away.
const reach: typeof globalThis.fetch = async (input, init) => {
  try {
    return await fetch(input, init);
  } catch (cause) {
    if (init?.signal?.aborted) throw cause;
    throw new ConnectError("the market can't be reached", Code.Unavailable, undefined, undefined, cause);
  }
};

// Longer than a slow phone network needs, shorter than a person waits.
const timeoutMs = 30_000;

const transportOf = (useBinaryFormat: boolean): Transport =>
  createConnectTransport({
    baseUrl: globalThis.location?.origin ?? "http://localhost",
    interceptors: [authenticate],
    defaultTimeoutMs: timeoutMs,
    fetch: reach,
    useBinaryFormat,
  });

export const transport = transportOf(false);
// Of what holds messages of any type, as operations do: in JSON the reader had to know all types, in bytes only its own.
export const binaryTransport = transportOf(true);
