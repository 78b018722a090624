// What stands before the door in tests: the built console as static files under the content security policy that it is
// made for, and calls of the API passed on to the door.
import { readFile } from "node:fs/promises";
import { createServer, request as httpRequest } from "node:http";
import { extname, join, normalize } from "node:path";

export const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

// `door`: the address of aynid's door, as in 127.0.0.1:7403. Resolves to {url, folder, state, close}; `requests` are the paths of all
// calls that were passed on, and while `cut` is true calls are not passed on.
export function serve(folder, door) {
  const state = { requests: [], cut: false };
  const server = createServer(async (asked, answer) => {
    const path = new URL(asked.url, "http://x").pathname;
    if (path.startsWith("/ayni.v1.") || path.startsWith("/google.longrunning.") || path.split("/")[1] === "session") {
      if (state.cut) return void asked.socket.destroy();
      state.requests.push(path);
      const [host, port] = door.split(":");
      const passed = httpRequest({ host, port, method: asked.method, path: asked.url, headers: asked.headers }, (back) => {
        answer.writeHead(back.statusCode, back.headers);
        back.pipe(answer);
      });
      passed.on("error", () => answer.destroy());
      asked.pipe(passed);
      return;
    }
    const file = normalize(path === "/" ? "/index.html" : path);
    try {
      const content = await readFile(join(folder, file));
      answer.writeHead(200, {
        "content-type": types[extname(file)] ?? "application/octet-stream",
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "cache-control": "no-cache",
      });
      answer.end(content);
    } catch {
      answer.writeHead(404).end();
    }
  });
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () =>
      resolve({ url: `http://127.0.0.1:${server.address().port}`, folder, state, close: () => server.close() }),
    ),
  );
}
