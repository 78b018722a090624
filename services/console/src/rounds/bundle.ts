// The file with which a published round proves itself to whoever trusts nobody.
import { create, mergeFromBinary, toBinary, toJsonString } from "@bufbuild/protobuf";
import { AuditService } from "../../generated/ayni/v1/audit_service_pb";
import { RoundBundleSchema, type RoundBundle } from "../../generated/ayni/v1/bundle_pb";
import { binaryTransport } from "../api/transport";

// Parts are merged in their order: what is repeated goes on, and fields stand in one part each.
export function merged(parts: RoundBundle[]): RoundBundle {
  const bundle = create(RoundBundleSchema);
  for (const part of parts) mergeFromBinary(RoundBundleSchema, bundle, toBinary(RoundBundleSchema, part));
  return bundle;
}

export async function readBundle(round: string, told: (part: number, of: number) => void): Promise<RoundBundle> {
  const parts: RoundBundle[] = [];
  for (let count = 1; parts.length < count; ) {
    const request = { name: round, part: parts.length };
    const { message } = await binaryTransport.unary(AuditService.method.readRoundBundle, undefined, undefined, undefined, request);
    if (message.part === undefined) throw new Error("a part of the bundle is missing");
    parts.push(message.part);
    count = message.partCount;
    told(parts.length, count);
  }
  return merged(parts);
}

// In JSON, compressed, as `ayni round export-bundle` writes it.
export async function bundleFile(bundle: RoundBundle): Promise<Blob> {
  const json = new Blob([toJsonString(RoundBundleSchema, bundle)]);
  return new Response(json.stream().pipeThrough(new CompressionStream("gzip"))).blob();
}
