// What requests of PlanningService have in common.
#ifndef AYNI_SERVICES_PLANNING_PLANNING_REQUEST_H_
#define AYNI_SERVICES_PLANNING_PLANNING_REQUEST_H_

#include <cstdint>
#include <string>

#include "ayni/v1/catalogue.pb.h"
#include "google/type/date.pb.h"
#include "matcher/market.h"
#include "services/market/named_market.h"
#include "services/resource/store_view.h"
#include "services/resource/violations.h"

namespace ayni::services {

// Which territories a report is of.
struct TerritoryScope {
  v1::TerritoryLevel level = v1::TERRITORY_LEVEL_DISTRICT;
  std::string territory;  // all that lies in it; empty: everywhere
};

// The territory of the report in which a district counts; None() where it is outside the scope.
matcher::TerritoryIndex PlaceInReport(const NamedMarket& market, const TerritoryScope& scope,
                                      matcher::TerritoryIndex district);

// Of the fields territory_level and territory. Each says what is wrong with its fields, and no more.
TerritoryScope ReadTerritoryScope(v1::TerritoryLevel level, const std::string& territory, StoreView* view,
                                  Violations* violations);
// A name that was given becomes that of its record.
void ResolveField(const ResourceType& type, const char* field, StoreView* view, std::string* name,
                  Violations* violations);
// Sets `value` to that of the field, where it is not 0.
void ReadWithin(int32_t given, int32_t least, int32_t most, const char* field, int32_t* value,
                Violations* violations);
// Of the field date, which was given: today where it is wrong.
matcher::Day ReadComingDay(const google::type::Date& date, matcher::Day today, Violations* violations);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PLANNING_PLANNING_REQUEST_H_
