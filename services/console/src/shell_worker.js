// Keeps the application itself at hand without a network: its files are taken whole when it is installed, and answered
// from there. The market's data are not its business: src/api/read.ts keeps them, by person.
const version = "VERSION";
const files = "FILES";
const shell = `ayni-${version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(shell).then((cache) => cache.addAll(["./", ...files])));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => name.startsWith("ayni-") && name !== shell).map((name) => caches.delete(name))),
      )
      .then(() => self.clients.claim()),
  );
});

// A newer version waits until the person says so, or all windows are closed: what runs never loses its own files.
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const address = new URL(event.request.url);
  const home = new URL("./", self.registration.scope);
  if (address.origin !== home.origin || !address.pathname.startsWith(home.pathname)) return;
  const path = address.pathname.slice(home.pathname.length);
  const kept = path === "" || path === "index.html" ? "./" : files.includes(path) ? path : null;
  if (kept === null) return;
  event.respondWith(
    caches.open(shell).then(async (cache) => (await cache.match(kept)) ?? fetch(event.request)),
  );
});
