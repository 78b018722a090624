// Checks a bundle beside the page, so that the page stays alive: a message for each finding, and one when all is done.
import { fromBinary } from "@bufbuild/protobuf";
import { RoundBundleSchema } from "../../generated/ayni/v1/bundle_pb";
import { checkBundle } from "./bundle_check";
import type { Finding } from "./finding";

export interface Asked {
  file?: ArrayBuffer;
  parts?: ArrayBuffer[]; // serialised RoundBundles
  key: string;
}
export type Told = { finding: Finding } | { done: true };

const scope = self as unknown as { onmessage: (event: MessageEvent<Asked>) => void; postMessage(told: Told): void };

scope.onmessage = async ({ data: { file, parts, key } }) => {
  const given = file ? { file: new Uint8Array(file) } : { parts: (parts ?? []).map((part) => fromBinary(RoundBundleSchema, new Uint8Array(part))) };
  for await (const finding of checkBundle(given, key)) scope.postMessage({ finding });
  scope.postMessage({ done: true });
};
