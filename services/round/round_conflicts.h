// The conflicts of interest in the market of a round.
#ifndef AYNI_SERVICES_ROUND_ROUND_CONFLICTS_H_
#define AYNI_SERVICES_ROUND_ROUND_CONFLICTS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/policy.pb.h"
#include "matcher/candidate.h"
#include "services/market/named_market.h"
#include "services/market/relation_book.h"
#include "storage/store.h"

namespace ayni::services {

// Constant after Load; safe to use from any thread.
class RoundConflicts {
 public:
  // What the policy's rules find in the snapshot as of the day. Of a policy without rules nothing is read.
  // Cancelled where stop said so; DataLoss where a record can't be read. REQUIRES: the engine takes the
  // policy, and the snapshot outlives what is loaded.
  static absl::StatusOr<std::unique_ptr<RoundConflicts>> Load(const storage::Snapshot& snapshot,
                                                              const v1::Policy& policy, matcher::Day today,
                                                              const std::function<bool()>& stop);

  // Takes out the candidates that a conflict blocks, and returns how many there were.
  int64_t RemoveBlocked(const NamedMarket& market, matcher::Candidates* candidates) const;
  // Puts into the match what was found on its need, which is as the market has it, and its TAP, with the
  // evidence.
  absl::Status AddTo(v1::Match* match) const;

 private:
  RoundConflicts(const storage::Snapshot& snapshot, matcher::Day today)
      : snapshot_(snapshot), today_(today) {}

  const storage::Snapshot& snapshot_;
  const matcher::Day today_;
  RelationBook book_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_ROUND_CONFLICTS_H_
