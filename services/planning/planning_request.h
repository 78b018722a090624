// What requests of PlanningService have in common.
#ifndef AYNI_SERVICES_PLANNING_PLANNING_REQUEST_H_
#define AYNI_SERVICES_PLANNING_PLANNING_REQUEST_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/catalogue.pb.h"
#include "google/type/date.pb.h"
#include "matcher/market.h"
#include "services/market/named_market.h"
#include "services/method.h"
#include "services/resource/page.h"
#include "services/resource/store_view.h"
#include "services/resource/violations.h"
#include "storage/store.h"

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

// The page that a list's request asks for; of all its other fields the token is.
template <typename Request>
Page ReadPage(const storage::Store& store, const Call& call, const Request& request, Violations* violations) {
  Request list = request;
  list.clear_page_size();
  list.clear_page_token();
  return Page(store.secret(), request.page_size(), request.page_token(),
              absl::StrCat(call.method, "\n", list.SerializeAsString()), {}, violations);
}

// Takes those of the page, of rows that ascend by their places; says where the next page begins.
template <typename Row, typename PlaceOfRow, typename Response, typename Take>
void FillPage(const std::vector<Row>& rows, const Page& page, const PlaceOfRow& place_of, const Take& take,
              Response* response) {
  auto at = std::partition_point(rows.begin(), rows.end(), [&](const Row& row) {
    return !page.after().empty() && place_of(row) <= page.after();
  });
  const auto end = rows.end() - at > page.size() ? at + page.size() : rows.end();
  for (; at != end; ++at) take(*at);
  if (end != rows.end()) response->set_next_page_token(page.TokenAfter(place_of(*(end - 1))));
}

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PLANNING_PLANNING_REQUEST_H_
