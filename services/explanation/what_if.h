// What a round would have given a need had one thing been otherwise: the market is changed, posed and cleared
// again by the round's own policy, seed and gap.
#ifndef AYNI_SERVICES_EXPLANATION_WHAT_IF_H_
#define AYNI_SERVICES_EXPLANATION_WHAT_IF_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/explanation.pb.h"
#include "services/explanation/explained_round.h"

namespace ayni::services {

// A change of one thing. `amount` is in the unit of its kind; at least 1.
struct Change {
  v1::ChangeKind kind = v1::CHANGE_KIND_UNSPECIFIED;
  int64_t amount = 0;
  std::string language = {};                                // of LANGUAGE
  matcher::OfferIndex offer = matcher::OfferIndex::None();  // of RADIUS, SMALLEST_LOT and OFFER_CAPACITY
  matcher::TapIndex tap = matcher::TapIndex::None();        // of TAP_CAPACITY
  std::vector<EdgeLimit> limits = {};                       // of LIMIT_ROOM: each by the amount
};

// What the changed field would be: of a window its day, of a limit nothing.
int64_t ValueAfter(const ExplainedRound& round, matcher::NeedIndex need, const Change& change);

// Not thread-safe. REQUIRES: the round outlives it.
class WhatIf {
 public:
  WhatIf(const ExplainedRound& round, matcher::NeedIndex need, std::function<bool()> stop)
      : round_(round), need_(need), stop_(std::move(stop)) {}

  // Units that the need would have been given. Costs reading the kept market and a clearing. Errors as of
  // ClearRound. REQUIRES: limits are of LIMIT_BASIS_DEMAND, and their controllers have cells.
  absl::StatusOr<matcher::Units> GivenWith(const Change& change);
  // The same, and nothing changed.
  absl::StatusOr<matcher::Units> GivenUnchanged();

  int clearings() const { return clearings_; }

 private:
  absl::StatusOr<matcher::Units> Clear(const storage::Snapshot& snapshot, const Change* change);

  const ExplainedRound& round_;
  const matcher::NeedIndex need_;
  const std::function<bool()> stop_;
  int clearings_ = 0;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_EXPLANATION_WHAT_IF_H_
