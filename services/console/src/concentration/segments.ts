// Segments and their reports: what they are called, and how near their largest controller is to its limit.
import type { Segment, SegmentReport } from "../../generated/ayni/v1/audit_pb";
import { catalogue } from "../api/catalogue.svelte";
import { AuditService } from "../../generated/ayni/v1/audit_service_pb";
import { readAll, type Answer } from "../api/read.svelte";

export function segmentText(segment: Segment | undefined): string {
  if (segment === undefined) return "";
  return [marketText(segment), catalogue.placeName(segment.territory)].filter(Boolean).join(" · ");
}

// Without its territory.
export function marketText(segment: Segment): string {
  return [
    segment.service ? catalogue.serviceName(segment.service) : segment.serviceFamily,
    segment.valueChain ? catalogue.chainName(segment.valueChain) : "",
    segment.currency,
  ].filter(Boolean).join(" · ");
}

function marketKey({ service, serviceFamily, territory, valueChain, currency }: Segment): string {
  return [service, serviceFamily, territory, valueChain, currency].join(" ");
}

// All of a round, or those of which a filter is true.
export function segmentReports(round: string, filter = ""): Promise<Answer<SegmentReport[]>> {
  return readAll(AuditService.method.listSegmentReports, { parent: round, filter }, (page) => page.segmentReports);
}

// Markets under a limit where something is held or given, each once, the most concentrated first.
export function mostConcentrated(reports: SegmentReport[]): SegmentReport[] {
  return eachOnce(
    reports
      .filter((report) => !report.thin && report.hhi > 0)
      .sort((a, b) => b.hhi - a.hhi || Number(b.matchedQuantity - a.matchedQuantity)),
  );
}

// Thin markets, each once, those that lack most first.
export function thinMarkets(reports: SegmentReport[]): SegmentReport[] {
  const lacks = ({ tapCall }: SegmentReport): bigint => tapCall?.quantity ?? 0n;
  return eachOnce(reports.filter((report) => report.thin).sort((a, b) => Number(lacks(b) - lacks(a))));
}

// One market that several limits watch has a report for each: the first stays.
function eachOnce(reports: SegmentReport[]): SegmentReport[] {
  const first = new Map<string, SegmentReport>();
  for (const report of reports) {
    const key = report.segment ? marketKey(report.segment) : report.name;
    if (!first.has(key)) first.set(key, report);
  }
  return [...first.values()];
}

export type Measure = "share" | "hhi";

// By the US Merger Guidelines of 2023: from 1,000 moderately, from 1,800 highly concentrated.
const hhiModerate = 1000;
export const hhiHigh = 1800;
const hhiVeryHigh = 4000;

export type Degree = 0 | 1 | 2 | 3; // calm, near, at the limit, beyond

// A share against its limit; HHI against what is taken for concentrated. Undefined: nothing is held or given there.
export function degreeOf(report: SegmentReport, measure: Measure): Degree | undefined {
  if (report.hhi === 0) return undefined;
  if (measure === "hhi") return report.hhi < hhiModerate ? 0 : report.hhi < hhiHigh ? 1 : report.hhi < hhiVeryHigh ? 2 : 3;
  const { cr1BasisPoints: share, shareBasisPoints: limit } = report;
  return share * 2 <= limit ? 0 : share * 5 <= limit * 4 ? 1 : share <= limit ? 2 : 3;
}

export function figureOf(report: SegmentReport, measure: Measure): number {
  return measure === "hhi" ? report.hhi : report.cr1BasisPoints;
}

export interface TerritoryFigure {
  territory: string;
  worst: SegmentReport; // of those with something held or given
  reports: SegmentReport[]; // the worst first
}

// Territories by their worst segment, the worst first.
export function byTerritory(reports: SegmentReport[], measure: Measure): TerritoryFigure[] {
  const groups = new Map<string, SegmentReport[]>();
  for (const report of reports) {
    const territory = report.segment?.territory ?? "";
    const group = groups.get(territory);
    if (group) group.push(report);
    else groups.set(territory, [report]);
  }
  const figures = [...groups].map(([territory, group]) => {
    const sorted = [...group].sort((a, b) => compare(b, a, measure));
    return { territory, worst: sorted[0]!, reports: sorted };
  });
  return figures.sort((a, b) => compare(b.worst, a.worst, measure) || a.territory.localeCompare(b.territory));
}

function compare(a: SegmentReport, b: SegmentReport, measure: Measure): number {
  return (degreeOf(a, measure) ?? -1) - (degreeOf(b, measure) ?? -1) || figureOf(a, measure) - figureOf(b, measure) ||
    Number(a.matchedQuantity - b.matchedQuantity);
}
