// The smallest change of one thing that would have brought a need units in a round.
//
// An estimate is read off what kept an offer away: the distance of its only obstacle, or what its only full
// room lacks, where the score then exceeds the round's prices (the test of bid-price control). For what is
// full the units that come first, since they are worth more, are counted too. It is then checked by clearing
// the market again with the change, and with ever smaller ones until one step less brings nothing: what is
// found so is smallest in that sense, whatever the estimate was.
#ifndef AYNI_SERVICES_EXPLANATION_SMALLEST_CHANGE_H_
#define AYNI_SERVICES_EXPLANATION_SMALLEST_CHANGE_H_

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/explanation/explained_round.h"
#include "services/explanation/fate.h"
#include "services/explanation/what_if.h"

namespace ayni::services {

struct FoundChange {
  Change change;
  v1::ChangeCheck check = v1::CHANGE_CHECK_ESTIMATE;
  matcher::Units brings = 0;  // of a checked one: units more
};

// A problem of so many edges is cleared in milliseconds.
inline constexpr int64_t kClearedAgainEdgesMax = 20'000;

// At most one of each kind, in the order of the kinds; none where the need lacks nothing. `fates` are those
// of the offers of its service and value chain. `clearings_max` bounds the work: with 0 all are estimates.
// Errors as of ClearRound.
absl::StatusOr<std::vector<FoundChange>> SmallestChanges(const ExplainedRound& round, matcher::NeedIndex need,
                                                         absl::Span<const Fate> fates, int clearings_max,
                                                         const std::function<bool()>& stop);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_EXPLANATION_SMALLEST_CHANGE_H_
