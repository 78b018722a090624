// How many independent providers and kinds of service reach each territory, and what is asked for and not
// offered there.
#ifndef AYNI_SERVICES_PLANNING_COVERAGE_GAPS_H_
#define AYNI_SERVICES_PLANNING_COVERAGE_GAPS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/coverage.pb.h"
#include "matcher/market.h"
#include "services/planning/planning_request.h"
#include "storage/store.h"

namespace ayni::services {

struct GapSearch {
  TerritoryScope scope;
  int32_t least_providers = 4;
  int32_t least_services = 3;
  matcher::Day day = 0;
  // Also those without a gap.
  bool all = false;
  // For whoever sees every need; others learn nothing of fewer cooperatives than may be published.
  bool shows_needs = false;
};

// Ascending by the territories' names. Reads the whole market of the snapshot. Cancelled where stop said so;
// errors of the store.
absl::StatusOr<std::vector<v1::CoverageGap>> FindCoverageGaps(const storage::Snapshot& snapshot,
                                                              const GapSearch& search,
                                                              const std::function<bool()>& stop);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PLANNING_COVERAGE_GAPS_H_
