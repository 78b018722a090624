import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// Adds worker.js to what is built: the service worker with the list of all files, and a version that changes with any
// of them.
function shellWorker(): Plugin {
  return {
    name: "shell-worker",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const files = Object.keys(bundle).filter((file) => file !== "index.html" && !file.endsWith(".map"));
      const hash = createHash("sha256");
      for (const file of [...files, "index.html"].sort()) {
        const part = bundle[file]!;
        hash.update(file).update(part.type === "chunk" ? part.code : part.source);
      }
      const source = readFileSync("src/shell_worker.js", "utf8")
        .replace('"VERSION"', JSON.stringify(hash.digest("hex").slice(0, 16)))
        .replace('"FILES"', JSON.stringify([...files, "icon.svg", "console.webmanifest"].sort()));
      this.emitFile({ type: "asset", fileName: "worker.js", source });
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [svelte(), shellWorker()],
  build: {
    outDir: process.env.AYNI_CONSOLE_OUT ?? "dist",
    emptyOutDir: process.env.AYNI_CONSOLE_OUT === undefined, // others may have files there
    target: "es2021",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // data: addresses would need a wider content security policy
    reportCompressedSize: false,
    // Words are named after their language, of which a person fetches one: spa-member.
    rollupOptions: { output: { chunkFileNames: ({ facadeModuleId }) => `assets/${/words\/(\w+)\/\w+\.ts$/.exec(facadeModuleId ?? "")?.[1]?.concat("-") ?? ""}[name]-[hash].js` } },
  },
  // One file, so that a browser of before 2023 runs it too.
  worker: { format: "iife", rollupOptions: { output: { inlineDynamicImports: true } } },
  server: { fs: { allow: ["../.."] } }, // tests read vectors that others test with too
  test: {
    include: ["tests/*.test.ts"],
    environment: "node",
    setupFiles: ["tests/setup.mjs"],
  },
});
