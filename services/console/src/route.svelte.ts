// Where the person is: the part of the address behind #, as in #/needs/n12?draft=d1.

export interface Route {
  path: string[]; // decoded
  query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  return {
    path: path.split("/").filter((part) => part !== "").map(decodeURIComponent),
    query: new URLSearchParams(query),
  };
}

export function href(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

class CurrentRoute {
  at = $state(parseRoute(globalThis.location?.hash ?? ""));

  listen(): void {
    addEventListener("hashchange", () => (this.at = parseRoute(location.hash)));
  }
}

export const route = new CurrentRoute();

export function go(address: string): void {
  location.hash = address.replace(/^#/, "");
}

// Keeps what a page shows in its address, so that it can be sent and come back to, without opening the page anew.
export function keepQuery(values: Record<string, string>): void {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ""));
  const [path = ""] = location.hash.split("?", 1);
  history.replaceState(history.state, "", query.size > 0 ? `${path}?${query}` : path);
}
