#include "services/planning/planning_request.h"

#include "absl/strings/str_cat.h"
#include "services/market/engine_day.h"
#include "services/resource/field_path.h"
#include "services/rules/day.h"

namespace ayni::services {

matcher::TerritoryIndex PlaceInReport(const NamedMarket& market, const TerritoryScope& scope,
                                      matcher::TerritoryIndex district) {
  if (!district.present()) return district;
  if (!scope.territory.empty() && !market.market().Within(district, market.FindTerritory(scope.territory)))
    return matcher::TerritoryIndex::None();
  return market.market().At(district, static_cast<matcher::TerritoryLevel>(scope.level));
}

TerritoryScope ReadTerritoryScope(v1::TerritoryLevel level, const std::string& territory, StoreView* view,
                                  Violations* violations) {
  TerritoryScope scope{.territory = territory};
  if (!v1::TerritoryLevel_IsValid(level)) {
    violations->Add(FieldPath() / "territory_level", "must be one of TerritoryLevel");
  } else if (level != v1::TERRITORY_LEVEL_UNSPECIFIED) {
    scope.level = level;
  }
  ResolveField(ResourceType::Of<v1::Territory>(), "territory", view, &scope.territory, violations);
  const auto* found = scope.territory.empty() ? nullptr : view->Find<v1::Territory>(scope.territory);
  // Part of it would stand under the name of the whole.
  if (found != nullptr && scope.level < found->level()) {
    violations->Add(FieldPath() / "territory_level",
                    absl::StrCat("must not be above that of ", found->name(), ", which is ",
                                 v1::TerritoryLevel_Name(found->level())));
  }
  return scope;
}

void ResolveField(const ResourceType& type, const char* field, StoreView* view, std::string* name,
                  Violations* violations) {
  if (name->empty()) return;
  const std::string wrong = view->Resolve(type, name);
  if (!wrong.empty()) violations->Add(FieldPath() / field, wrong);
}

void ReadWithin(int32_t given, int32_t least, int32_t most, const char* field, int32_t* value,
                Violations* violations) {
  if (given == 0) return;
  if (given < least || given > most) {
    violations->Add(FieldPath() / field,
                    absl::StrCat("must be ", least, " to ", most, ", or 0 for ", *value, ", is ", given));
  }
  *value = given;
}

matcher::Day ReadComingDay(const google::type::Date& date, matcher::Day today, Violations* violations) {
  CheckDate(date, FieldPath() / "date", violations);
  if (!IsDay(date)) return today;
  const matcher::Day day = DayOf(date);
  if (day < today) {
    violations->Add(FieldPath() / "date",
                    "must not be before today: what the market was on a day that is over is not looked at");
  }
  return day;
}

}  // namespace ayni::services
