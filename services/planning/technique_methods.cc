#include "services/planning/technique_methods.h"

#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "ayni/v1/skill_service.pb.h"
#include "services/market/engine_day.h"
#include "services/planning/planning_request.h"
#include "services/planning/technique_count.h"
#include "services/resource/field_path.h"
#include "services/resource/form.h"
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
  Listing listing{ReadPage(store, call, request, &violations), {}};
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
  ResolveField(ResourceType::Of<v1::Territory>(), "territory", &view, &listing.scope.territory, &violations);
  if (!view.status().ok()) return view.status();
  if (!violations.empty()) return violations.ToStatus();
  return listing;
}

// Where one stands in the list, in its order.
std::string PlaceOf(const v1::Technique& technique) {
  return absl::StrFormat("%s\n%03d\n%s", technique.technology(), static_cast<int>(technique.partner_role()),
                         technique.territory());
}

absl::StatusOr<std::unique_ptr<Message>> ListTechniques(const storage::Store& store, const Listing& listing,
                                                        const std::function<bool()>& stop) {
  const auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto techniques = CountTechniques(**snapshot, listing.scope, stop);
  if (!techniques.ok()) return techniques.status();
  auto response = std::make_unique<v1::ListTechniquesResponse>();
  FillPage(
      *techniques, listing.page, PlaceOf,
      [&](const v1::Technique& technique) { *response->add_techniques() = technique; }, response.get());
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
