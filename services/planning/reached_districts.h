// Which districts an offer reaches: the same rule by which it is a candidate there (matcher/ineligibility.h).
#ifndef AYNI_SERVICES_PLANNING_REACHED_DISTRICTS_H_
#define AYNI_SERVICES_PLANNING_REACHED_DISTRICTS_H_

#include <vector>

#include "absl/types/span.h"
#include "matcher/market.h"

namespace ayni::services {

// Constant after construction. REQUIRES: the market outlives it, and does not change.
class ReachedDistricts {
 public:
  explicit ReachedDistricts(const matcher::Market& market);

  // Ascending. A district is a territory in which no other lies; one whose place is not known is in no
  // circle. Costs what its territories hold, and, of an offer with a radius, all districts.
  std::vector<matcher::TerritoryIndex> By(const matcher::Offer& offer) const;

 private:
  const matcher::Market& market_;
  std::vector<matcher::TerritoryIndex> placed_;                  // districts of a known place
  std::vector<std::vector<matcher::TerritoryIndex>> districts_;  // by territory, those in it
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PLANNING_REACHED_DISTRICTS_H_
