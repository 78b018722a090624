// What clearing a market under one policy comes to, in figures that compare with those under another.
#ifndef AYNI_SERVICES_ROUND_POLICY_OUTCOME_H_
#define AYNI_SERVICES_ROUND_POLICY_OUTCOME_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ayni/v1/audit.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/policy_service.pb.h"
#include "ayni/v1/round.pb.h"
#include "matcher/score.h"
#include "services/round/clear_round.h"
#include "services/round/round_records.h"
#include "storage/store.h"

namespace ayni::services {

// By whose segments and controllers concentration is measured, whatever the policies limit: they hold
// nothing back. Those of `tried`, each under its id, then those of `in_use` that measure anything else.
std::vector<v1::Limit> Yardsticks(const v1::Policy& tried, const v1::Policy& in_use);
// One limit as a yardstick.
v1::Limit Yardstick(const v1::Limit& limit);

// What is held and matched in a yardstick's segment.
int64_t HeldAndMatched(const v1::SegmentReport& report);

// What stands in every segment of the yardsticks once `matched` is given. The problem of the same candidates
// under the yardsticks then takes the place of the cleared one, in which what was matched has its place.
// REQUIRES: at most matcher::kLimitsMax yardsticks, which the engine takes; matched is all that was cleared.
absl::StatusOr<std::vector<v1::SegmentReport>> MeasureSegments(const storage::Snapshot& snapshot,
                                                               absl::Span<const v1::Limit> yardsticks,
                                                               absl::Span<const MatchedEdge> matched,
                                                               const std::function<bool()>& stop,
                                                               ClearedRound* cleared);

struct SegmentFigures {
  v1::Segment segment;
  int64_t volume = 0;  // held and matched
  int32_t hhi = 0;
  int32_t cr1_basis_points = 0;
};

struct PolicyFigures {
  v1::PolicyOutcome outcome;  // without its price
  // By the segments' bytes; only those with a volume.
  std::map<std::string, SegmentFigures> segments;
  // Units by party.
  std::map<std::string, int64_t> tap_units;
  std::map<std::string, int64_t> cooperative_units;
  // Matches with a finding, by severity and rule.
  std::map<std::pair<v1::ConflictSeverity, std::string>, int64_t> conflict_matches;
};

// How outcomes are measured, so that two of them compare.
struct PolicyMeasure {
  v1::Policy scored_by;  // by whose scores welfare counts
  std::vector<v1::Limit> yardsticks;
};

// Clears the market of the snapshot as the round says, under the policy of the options, and measures what
// came out. Errors as of ClearRound.
absl::StatusOr<PolicyFigures> ClearUnderPolicy(const storage::Snapshot& snapshot, const v1::Round& round,
                                               const PolicyMeasure& measure,
                                               const ClearRoundOptions& options);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_POLICY_OUTCOME_H_
