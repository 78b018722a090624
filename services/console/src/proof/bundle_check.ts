// All checks of a round's bundle, a finding each, in the order of `ayni round verify`; every one is made, whatever the one
// before found. Only what can't be read ends it at once.
import type { RoundBundle } from "../../generated/ayni/v1/bundle_pb";
import { contentsOf, mergedParts, readBundleFile, type BundleContents } from "./bundle_file";
import { check, type Finding } from "./finding";
import { checkLedger } from "./ledger_check";
import { checkOutcome } from "./outcome_check";
import { parseVerifier } from "./signed_note";

export type Given = { file: Uint8Array } | { parts: RoundBundle[] };

export async function* checkBundle(given: Given, key: string): AsyncGenerator<Finding> {
  let contents: BundleContents | undefined;
  const file = await check("file", async () => {
    contents = await ("file" in given ? readBundleFile(given.file) : contentsOf(mergedParts(given.parts)));
    return { round: (contents.statement.round?.name ?? "").replace(/^rounds\//, "") };
  });
  yield file;
  if (contents === undefined) return;
  yield* checkLedger(contents, await parseVerifier(key));
  yield* checkOutcome(contents);
}
