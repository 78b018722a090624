// Which technologies reached how many TAPs, as of a day.
#ifndef AYNI_SERVICES_PLANNING_TECHNIQUE_COUNT_H_
#define AYNI_SERVICES_PLANNING_TECHNIQUE_COUNT_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/skill.pb.h"
#include "matcher/market.h"
#include "storage/store.h"

namespace ayni::services {

struct TechniqueScope {
  matcher::Day day = 0;
  v1::TerritoryLevel level = v1::TERRITORY_LEVEL_DEPARTMENT;
  std::string territory;   // all TAPs that sit in it; empty: everywhere
  std::string technology;  // empty: all
};

// Whether it is fresh on the day: not after its last day, nor on one between the last day before and a
// refreshing that came later. REQUIRES: learnt by then.
bool IsFresh(const v1::Skill& skill, matcher::Day day);

// By technology, then by the partners' kind in the order of PartyRole, then by territory. What was learnt
// after the day does not count. Cancelled where stop said so; errors of the store. Linear in its territories,
// parties and skills.
absl::StatusOr<std::vector<v1::Technique>> CountTechniques(const storage::Snapshot& snapshot,
                                                           const TechniqueScope& scope,
                                                           const std::function<bool()>& stop);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PLANNING_TECHNIQUE_COUNT_H_
