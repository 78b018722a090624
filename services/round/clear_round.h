// One clearing, from a snapshot of the store to a verified solution. Writes nothing.
#ifndef AYNI_SERVICES_ROUND_CLEAR_ROUND_H_
#define AYNI_SERVICES_ROUND_CLEAR_ROUND_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/round.pb.h"
#include "ayni/v1/round_service.pb.h"
#include "matcher/limit_problem.h"
#include "matcher/minimum.h"
#include "matcher/solution.h"
#include "matcher/verify.h"
#include "services/market/named_market.h"
#include "services/market/policy.h"
#include "services/round/cooperative_groups.h"
#include "services/round/round_conflicts.h"
#include "storage/store.h"

namespace ayni::services {

inline constexpr absl::Duration kTimeLimitDefault = absl::Minutes(5);

// What a round of OBJECTIVE_MAXMIN has besides.
struct ClearedMinimum {
  CooperativeGroups cooperatives;
  matcher::Measure measure = matcher::Measure::kServedShare;
  matcher::Minimum minimum;
};

// How the engine came to the solution, so that anybody can go the same way again.
struct ClearingCourse {
  // Of caps that follow from what is matched: the rooms of the cells at each clearing, and what was taken
  // away after the last one. Empty of others.
  std::vector<std::vector<matcher::Units>> rooms;
  std::vector<int64_t> taken_edges;
  std::vector<matcher::Units> taken_units;
  // At which of its questions whether to stop, from 1, the engine was told so; 0: never.
  int64_t stopped_at = 0;
};

// Everything that a round is published from. Its indices are those of `market`.
struct ClearedRound {
  NamedMarket market;
  v1::Policy policy_record;
  EnginePolicy policy;
  matcher::Day today = 0;
  // What the caps of countries leave each TAP, by TapIndex: kUnitsMax where there is none. Empty without any.
  std::vector<matcher::Units> cap_rooms;
  std::unique_ptr<RoundConflicts> conflicts;
  matcher::PosedProblem posed;
  matcher::Solution solution;
  ClearingCourse course;
  std::optional<ClearedMinimum> maxmin;
  // By edge, what the same market would have been given without reserves and floors; empty where there are
  // none, or where the round's time was used up before that was found.
  std::vector<matcher::Units> units_without_reserves;
  matcher::Certificate certificate;  // under the promises of the smallest share, where there is one
  // Counts of the market and the problem, the certificate, digests and durations so far.
  v1::RoundSummary summary;
};

struct ClearRoundOptions {
  absl::Time now;
  // The store's. Parties, needs and offers stand in the order of the round's pseudonyms, so that no order in
  // a bundle tells who is who.
  std::string secret;
  // In place of the round's own policy; null: that one.
  const v1::Policy* policy = nullptr;
  // Asked at least every few tens of milliseconds: true ends the clearing with Cancelled.
  std::function<bool()> stop = [] { return false; };
  std::function<void(const v1::RoundProgress&)> progress = [](const v1::RoundProgress&) {};
  // May change the problem before it is cleared: for asking what would have been. Rooms and capacities alone.
  std::function<void(matcher::PosedProblem*)> adjust = [](matcher::PosedProblem*) {};
  // Whether to clear a second time without reserves and floors, where there are some.
  bool compares_reserves = true;
};

// The market of the snapshot and the problem that it poses, not cleared: without solution and certificate,
// and of the summary what is known before a clearing. Errors as of ClearRound.
absl::StatusOr<std::unique_ptr<ClearedRound>> PoseRound(const storage::Snapshot& snapshot,
                                                        const v1::Round& round,
                                                        const ClearRoundOptions& options);

// Clears the market of the snapshot by the round's policy, objective, seed, target gap and time limit, and
// verifies what came out.
//   Cancelled           stop said so
//   FailedPrecondition  the round's policy does not stand
//   InvalidArgument     the engine refuses the policy
//   ResourceExhausted   the market has more candidates than the engine takes
//   Internal            the verifier refuses the solution
//   DataLoss and other errors of the store
absl::StatusOr<std::unique_ptr<ClearedRound>> ClearRound(const storage::Snapshot& snapshot,
                                                         const v1::Round& round,
                                                         const ClearRoundOptions& options);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_CLEAR_ROUND_H_
