// What a clearing found, as the records that a round publishes.
#ifndef AYNI_SERVICES_ROUND_ROUND_RECORDS_H_
#define AYNI_SERVICES_ROUND_ROUND_RECORDS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "ayni/v1/audit.pb.h"
#include "ayni/v1/match.pb.h"
#include "services/round/clear_round.h"

namespace ayni::services {

// One match: the edge that it is of, and its units.
struct MatchedEdge {
  int64_t number = 0;  // of the match in its round, from 1, by the names of need and offer
  int64_t edge = 0;
  matcher::NeedIndex need;
  matcher::OfferIndex offer;
  matcher::Units units = 0;
};

// Edges that were given units, in the order of the problem.
std::vector<MatchedEdge> MatchedEdges(const ClearedRound& cleared);

// Its conflicts are without what FillEvidence adds.
v1::Match MatchRecord(const ClearedRound& cleared, const std::string& round, const MatchedEdge& matched,
                      absl::Time now);

// Of all segments once `matched` stands, most concentrated first, which is also the order of their names.
// `segments` are those of the cleared round, with the caps that then hold. `of`, where it is not null, gets
// the segment that each is of.
std::vector<v1::SegmentReport> SegmentReportRecords(const ClearedRound& cleared,
                                                    const matcher::SegmentTable& segments,
                                                    const std::string& round,
                                                    absl::Span<const MatchedEdge> matched,
                                                    std::vector<matcher::SegmentIndex>* of = nullptr);

// The summary with what the units that stand come to. REQUIRES: matched is of the cleared round.
v1::RoundSummary SummaryOf(const ClearedRound& cleared, absl::Span<const MatchedEdge> matched);

// Of the problem's cells, by CellIndex: of a reserve its segment alone.
std::vector<v1::Cell> CellRecords(const ClearedRound& cleared);

// Every price of which not all figures are 0: of needs, offers, TAPs, cells and groups, each kind by its
// names. None are in the order of the problem, which is that of the pseudonyms.
std::vector<v1::Price> PriceRecords(const ClearedRound& cleared);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_ROUND_RECORDS_H_
