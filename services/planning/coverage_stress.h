// What the market of today would lose if money that ends by a day were gone.
#ifndef AYNI_SERVICES_PLANNING_COVERAGE_STRESS_H_
#define AYNI_SERVICES_PLANNING_COVERAGE_STRESS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/coverage.pb.h"
#include "ayni/v1/policy.pb.h"
#include "services/planning/ending_money.h"
#include "services/planning/planning_request.h"
#include "services/round/clear_round.h"
#include "storage/store.h"

namespace ayni::services {

inline constexpr size_t kEndingFundingsMax = 1'000;

struct StressOutcome {
  // By PlaceOf.
  std::vector<v1::CoverageLoss> losses;
  v1::CoverageStress stress;
};

// Texts that sort as the losses do: of territories that lose all first, then with needs that lose all their
// candidates, then the others; each by territory and service.
std::string PlaceOf(const v1::CoverageLoss& loss);

// Of the snapshot, with the candidates that needs have under the policy: ListCandidates' and a round's. Of
// the options those of PoseRound count, and `policy` is set here. Conflicts stay as they are found with the
// offers that fall. Errors as of PoseRound.
absl::StatusOr<StressOutcome> StressCoverage(const storage::Snapshot& snapshot, v1::Policy policy,
                                             const TerritoryScope& where, const MoneyScope& money,
                                             ClearRoundOptions options);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PLANNING_COVERAGE_STRESS_H_
