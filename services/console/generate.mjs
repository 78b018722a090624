// Makes generated/: the API's messages and services in TypeScript, from proto/ by protoc-gen-es.
//
// AYNI_GOOGLE_PROTOS: the folder that holds google/api, google/rpc and google/type; deploy/bootstrap installs one.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const protos = join(here, "../../proto");
const google = process.env.AYNI_GOOGLE_PROTOS ?? join(here, "../../deploy/npm/node_modules/google-proto-files");
const out = join(here, "generated");
if (!existsSync(join(google, "google/api"))) {
  console.error(`no google/api below ${google}: run deploy/bootstrap, or set AYNI_GOOGLE_PROTOS`);
  process.exit(1);
}

const own = readdirSync(join(protos, "ayni/v1")).filter((file) => file.endsWith(".proto"));
const files = [
  ...own.map((file) => `ayni/v1/${file}`),
  "google/api/annotations.proto",
  "google/api/client.proto",
  "google/api/field_behavior.proto",
  "google/api/http.proto",
  "google/api/launch_stage.proto",
  "google/api/resource.proto",
  "google/longrunning/operations.proto",
  "google/rpc/error_details.proto",
  "google/rpc/status.proto",
  "google/type/date.proto",
  "google/type/latlng.proto",
];

const newest = Math.max(...own.map((file) => statSync(join(protos, "ayni/v1", file)).mtimeMs));
const mark = join(out, "ayni/v1/need_pb.ts");
if (existsSync(mark) && statSync(mark).mtimeMs > newest && !process.argv.includes("--again")) process.exit(0);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
execFileSync(
  "protoc",
  [
    `--plugin=protoc-gen-es=${join(here, "node_modules/.bin/protoc-gen-es")}`,
    `-I${protos}`,
    `-I${google}`,
    `--es_out=${out}`,
    "--es_opt=target=ts",
    ...files,
  ],
  { stdio: "inherit" },
);
