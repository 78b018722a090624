// A market of one province, or as large as is asked for, on an aynid of its own, and members' tokens.
//
// `scale`: empty for a market with nothing in it. `fourEyes`: it has two administrators, neither of whom decides alone what
// takes two. `settings`: more of aynid's.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const readySecondsMax = 30;

export async function startMarket(bin, generate, { scale = "province:0806", fourEyes = false, settings = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "ayni-console-"));
  const tokenFile = join(folder, "administrator.token");
  const addressFile = join(folder, "address");
  const server = spawn(
    join(bin, "aynid"),
    ["--data", join(folder, "data"), "--port", "0", "--http-port", "0", "--metrics-port", "0", "--address-file", addressFile,
      "--admin-token-file", tokenFile, "--public-pages", "127.0.0.1:0", ...(fourEyes ? [] : ["--single-administrator"]), ...settings],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  for (let tenths = 0; !existsSync(addressFile); ++tenths) {
    if (server.exitCode !== null || tenths > readySecondsMax * 10) throw new Error("aynid does not serve");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const addresses = JSON.parse(readFileSync(addressFile, "utf8"));
  const environment = { ...process.env, AYNI_SERVER: addresses.grpc, AYNI_TOKEN_FILE: tokenFile };
  const ayni = (...words) => execFileSync(join(bin, "ayni"), words, { env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const json = (...words) => JSON.parse(ayni(...words, "--output", "json"));

  const sample = join(folder, "sample");
  if (scale !== "") {
    execFileSync(generate, ["--scale", scale, "--out", sample], { stdio: "ignore" });
    ayni("market", "import", sample);
  }
  const secondFile = join(folder, "second.token");
  if (fourEyes) {
    ayni("principal", "create", "--id", "second", "--role", "ADMINISTRATOR", "--display_name", "Segunda administradora");
    ayni("token", "create", "--principal", "second", "--id", "t1", "--out", secondFile);
  }
  if (scale !== "") ayni("policy", "activate", "sample-1", "--etag", json("policy", "get", "sample-1").etag, ...(fourEyes ? ["--token-file", secondFile] : []));

  return {
    bin,
    generate,
    folder,
    door: addresses.http,
    administratorToken: readFileSync(tokenFile, "utf8").trim(),
    secondToken: fourEyes ? readFileSync(secondFile, "utf8").trim() : "",
    also: [], // what stops with it
    ayni,
    json,
    rows: (file) => readFileSync(join(sample, file), "utf8"),
    token(role, party) {
      const principal = `${role.toLowerCase()}-of-${party}`;
      const secret = join(folder, `${principal}.token`);
      ayni("principal", "create", "--id", principal, "--display_name", json("party", "get", party).display_name, "--role", role, "--party", party);
      ayni("token", "create", "--principal", principal, "--id", "t1", "--out", secret);
      return readFileSync(secret, "utf8").trim();
    },
    stop() {
      for (const stop of this.also) stop();
      server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
