// How one segment went from round to round.
import type { Segment, TrendPoint } from "../../generated/ayni/v1/audit_pb";
import { AuditService } from "../../generated/ayni/v1/audit_service_pb";
import { readAll, type Answer } from "../api/read.svelte";

const roundsMax = 24;

// A comparison of AIP-160 for each field that the segment has.
export function filterOf(segment: Segment): string {
  const fields: [string, string][] = [
    ["limit", segment.limit],
    ["service", segment.service],
    ["service_family", segment.serviceFamily],
    ["territory", segment.territory],
    ["value_chain", segment.valueChain],
    ["currency", segment.currency],
  ];
  return fields
    .filter(([, value]) => value !== "")
    .map(([field, value]) => `segment.${field} = "${value}"`)
    .join(" AND ");
}

export function trendOf(segment: Segment): Promise<Answer<TrendPoint[]>> {
  return readAll(AuditService.method.listTrendPoints, { filter: filterOf(segment), roundCount: roundsMax }, (page) => page.trendPoints);
}
