// The one way to the market: Connect's JSON, with the session's cookie.
import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";

let caller = "";
let lost: () => void = () => undefined;

// Whom the pages show what they read: the market answers nobody else, should another window have signed in meanwhile.
export function useCaller(principal: string): void {
  caller = principal;
}

// Called when the market says that this browser is signed in no more, or as another.
export function onSessionLost(act: () => void): void {
  lost = act;
}

const authenticate: Interceptor = (next) => async (request) => {
  const as = request.header.get("x-principal") ?? caller;
  if (as !== "") request.header.set("x-principal", as);
  try {
    return await next(request);
  } catch (cause) {
    if (as !== "" && as === caller && ConnectError.from(cause).code === Code.Unauthenticated) lost();
    throw cause;
  }
};

export const unreachable = (cause?: unknown): ConnectError =>
  new ConnectError("the market can't be reached", Code.Unavailable, undefined, undefined, cause);

// A browser says no more than "failed to fetch" where the network or the server is away.
export const reach: typeof globalThis.fetch = async (input, init) => {
  try {
    return await fetch(input, init);
  } catch (cause) {
    if (init?.signal?.aborted) throw cause;
    throw unreachable(cause);
  }
};

// Longer than a slow phone network needs, shorter than a person waits.
export const timeoutMs = 30_000;

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
