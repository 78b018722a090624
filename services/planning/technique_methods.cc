#include "services/planning/technique_methods.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "ayni/v1/skill_service.pb.h"
#include "services/invariant.h"
#include "services/market/engine_day.h"
#include "services/planning/technique_count.h"
#include "services/resource/field_path.h"
#include "services/resource/form.h"
#include "services/resource/page.h"
#include "services/resource/store_view.h"
#include "services/resource/violations.h"
#include "services/rules/day.h"

namespace ayni::services {
namespace {

struct Listing {
  Page page;
  TechniqueScope scope;
};

absl::StatusOr<Listing> ReadListing(const storage::Store& store, const Call& call,
                                    const v1::ListTechniquesRequest& request) {
  Violations violations;
  v1::ListTechniquesRequest list = request;
  list.clear_page_size();
  list.clear_page_token();
  Listing listing{Page(store.secret(), request.page_size(), request.page_token(),
                       absl::StrCat(call.method, "\n", list.SerializeAsString()), {}, &violations),
                  {}};
  listing.scope.day = DayOf(call.now);
  if (request.has_day()) {
    CheckDate(request.day(), FieldPath() / "day", &violations);
    if (IsDay(request.day())) listing.scope.day = DayOf(request.day());
  }
  if (!v1::TerritoryLevel_IsValid(request.territory_level())) {
    violations.Add(FieldPath() / "territory_level", "must be one of TerritoryLevel");
  } else if (request.territory_level() != v1::TERRITORY_LEVEL_UNSPECIFIED) {
    listing.scope.level = request.territory_level();
  }
  listing.scope.technology = request.technology();
  if (std::string wrong = request.technology().empty() ? "" : WrongSlug(request.technology()); !wrong.empty())
    violations.Add(FieldPath() / "technology", std::move(wrong));
  listing.scope.territory = request.territory();
  StoreView view(store);
  if (!listing.scope.territory.empty()) {
    std::string wrong = view.Resolve(ResourceType::Of<v1::Territory>(), &listing.scope.territory);
    if (!wrong.empty()) violations.Add(FieldPath() / "territory", std::move(wrong));
  }
  if (!view.status().ok()) return view.status();
  if (!violations.empty()) return violations.ToStatus();
  return listing;
}

// Where one stands in the list.
using Place = std::tuple<std::string, int, std::string>;

Place PlaceOf(const v1::Technique& technique) {
  return {technique.technology(), technique.partner_role(), technique.territory()};
}

std::string ToText(const Place& place) {
  return absl::StrCat(std::get<0>(place), "\n", std::get<1>(place), "\n", std::get<2>(place));
}

// REQUIRES: ToText wrote it.
Place ToPlace(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '\n');
  int role = 0;
  INVARIANT(parts.size() == 3 && absl::SimpleAtoi(parts[1], &role), text);
  return {parts[0], role, parts[2]};
}

absl::StatusOr<std::unique_ptr<Message>> ListTechniques(const storage::Store& store, const Listing& listing,
                                                        const std::function<bool()>& stop) {
  const auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto techniques = CountTechniques(**snapshot, listing.scope, stop);
  if (!techniques.ok()) return techniques.status();
  auto at = techniques->begin();
  if (!listing.page.after().empty()) {
    const Place after = ToPlace(listing.page.after());
    at =
        std::find_if(at, techniques->end(), [&](const v1::Technique& each) { return PlaceOf(each) > after; });
  }
  auto response = std::make_unique<v1::ListTechniquesResponse>();
  for (; at != techniques->end(); ++at) {
    if (response->techniques_size() == listing.page.size()) {
      response->set_next_page_token(
          listing.page.TokenAfter(ToText(PlaceOf(response->techniques(listing.page.size() - 1)))));
      break;
    }
    *response->add_techniques() = *at;
  }
  return response;
}

}  // namespace

void AddTechniqueMethod(const storage::Store* store, CallQueue* queue, MethodTable* table) {
  table->Add("ayni.v1.SkillService/ListTechniques",
             [store, queue](const std::shared_ptr<const Call>& call,
                            const std::shared_ptr<const Requests>& requests, const Reply& reply) {
               auto listing = ReadListing(*store, *call,
                                          static_cast<const v1::ListTechniquesRequest&>(*requests->front()));
               if (!listing.ok()) return reply(listing.status());
               queue->Post(call, reply, [store, listing = *std::move(listing)](const CallQueue::Stop& stop) {
                 return ListTechniques(*store, listing, stop);
               });
             });
}

}  // namespace ayni::services
