// What of a clearing still stands when it is published: needs and offers change meanwhile, and MatchNow gives
// units.
#ifndef AYNI_SERVICES_ROUND_STANDING_MATCHES_H_
#define AYNI_SERVICES_ROUND_STANDING_MATCHES_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/types/span.h"
#include "ayni/v1/bundle.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/round.pb.h"
#include "matcher/limit.h"
#include "services/round/clear_round.h"
#include "services/round/round_records.h"
#include "services/round/within_budgets.h"

namespace ayni::services {

struct StandingMatches {
  std::vector<MatchedEdge> matched;
  // The cleared ones, with the volumes and caps that then hold of what is matched.
  matcher::SegmentTable segments;
  std::vector<v1::LeftOut> left_out;  // by reason
  // The same match by match: ascending by edge, then by reason.
  std::vector<v1::LeftOutUnits> left_out_units;
};

// Without the matches of needs and offers under `changed_keys`; without those for which no limit has room
// beside what was made since the snapshot; without what no budget pays for; and, of limits by what is
// matched, without what then is above a cap, lightest first.
StandingMatches StandingOf(const ClearedRound& cleared, const absl::flat_hash_set<std::string>& changed_keys,
                           absl::Span<const v1::Match> made_since, const StoredBudgets& budgets);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_STANDING_MATCHES_H_
