// The conflicts of interest in the market of a round.
#ifndef AYNI_SERVICES_ROUND_ROUND_CONFLICTS_H_
#define AYNI_SERVICES_ROUND_ROUND_CONFLICTS_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ayni/v1/conflict.pb.h"
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
  // What was found on the need and the TAP of the offer; without what FillEvidence adds.
  std::vector<v1::Conflict> On(const NamedMarket& market, matcher::NeedIndex need,
                               matcher::OfferIndex offer) const;

 private:
  explicit RoundConflicts(matcher::Day today) : today_(today) {}
  // Of no TAP.
  ConflictSubject SubjectOf(const NamedMarket& market, matcher::NeedIndex need) const;

  const matcher::Day today_;
  RelationBook book_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_ROUND_CONFLICTS_H_
