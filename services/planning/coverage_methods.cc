#include "services/planning/coverage_methods.h"

#include <memory>
#include <string>
#include <utility>

#include "ayni/v1/planning_service.pb.h"
#include "services/errors.h"
#include "services/market/engine_day.h"
#include "services/planning/coverage_gaps.h"
#include "services/planning/coverage_stress.h"
#include "services/planning/planning_request.h"
#include "services/resource/field_path.h"
#include "services/resource/store_view.h"
#include "services/resource/violations.h"

namespace ayni::services {
namespace {

constexpr int32_t kLeastMax = 1'000;

struct GapListing {
  Page page;
  GapSearch search;
};

absl::StatusOr<GapListing> ReadGaps(const storage::Store& store, const Call& call,
                                    const v1::ListCoverageGapsRequest& request) {
  Violations violations;
  GapListing listing{ReadPage(store, call, request, &violations), {}};
  StoreView view(store);
  GapSearch& search = listing.search;
  search.scope = ReadTerritoryScope(request.territory_level(), request.territory(), &view, &violations);
  ReadWithin(request.least_providers(), 1, kLeastMax, "least_providers", &search.least_providers,
             &violations);
  ReadWithin(request.least_services(), 1, kLeastMax, "least_services", &search.least_services, &violations);
  search.day = DayOf(call.now);
  if (request.has_date()) search.day = ReadComingDay(request.date(), search.day, &violations);
  search.all = request.all();
  search.shows_needs = call.caller.role == v1::ROLE_ADMINISTRATOR || call.caller.role == v1::ROLE_AUDITOR;
  if (!view.status().ok()) return view.status();
  if (!violations.empty()) return violations.ToStatus();
  return listing;
}

absl::StatusOr<std::unique_ptr<Message>> ListGaps(const storage::Store& store, const GapListing& listing,
                                                  const CallQueue::Stop& stop) {
  const auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto gaps = FindCoverageGaps(**snapshot, listing.search, stop);
  if (!gaps.ok()) return gaps.status();
  auto response = std::make_unique<v1::ListCoverageGapsResponse>();
  response->set_least_providers(listing.search.least_providers);
  response->set_least_services(listing.search.least_services);
  FillPage(
      *gaps, listing.page, [](const v1::CoverageGap& gap) { return gap.territory(); },
      [&](const v1::CoverageGap& gap) { *response->add_coverage_gaps() = gap; }, response.get());
  return response;
}

struct StressListing {
  Page page;
  TerritoryScope where;
  MoneyScope money;
};

absl::StatusOr<StressListing> ReadStress(const storage::Store& store, const Call& call,
                                         const v1::StressCoverageRequest& request) {
  Violations violations;
  StressListing listing{ReadPage(store, call, request, &violations), {}, {}};
  StoreView view(store);
  MoneyScope& money = listing.money;
  if (request.has_date()) {
    money.end = ReadComingDay(request.date(), DayOf(call.now), &violations);
  } else {
    violations.Add(FieldPath() / "date", "is required: the last day of the mandates");
  }
  money.funder = request.funder();
  ResolveField(ResourceType::Of<v1::Party>(), "funder", &view, &money.funder, &violations);
  if (!v1::PartyRole_IsValid(request.role())) {
    violations.Add(FieldPath() / "role", "must be one of PartyRole");
  } else if (request.role() != v1::PARTY_ROLE_UNSPECIFIED) {
    money.role = request.role();
    if (!request.funder().empty())
      violations.Add(FieldPath() / "role", "must be left out where a funder is named, whatever its roles");
  }
  money.paid_offers_stay = request.paid_offers_stay();
  listing.where = ReadTerritoryScope(request.territory_level(), request.territory(), &view, &violations);
  if (!view.status().ok()) return view.status();
  if (!violations.empty()) return violations.ToStatus();
  return listing;
}

absl::StatusOr<std::unique_ptr<Message>> Stress(const storage::Store& store, const Call& call,
                                                const StressListing& listing, const CallQueue::Stop& stop) {
  StoreView view(store);
  const std::string active = view.ActivePolicy();
  const auto* policy = active.empty() ? nullptr : view.Find<v1::Policy>(active);
  if (!view.status().ok()) return view.status();
  if (policy == nullptr) {
    return StateForbids(
        "NO_ACTIVE_POLICY", "policies/-",
        "no policy is active, by whose conflict rules needs have candidates: activate one first");
  }
  const auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto outcome = StressCoverage(**snapshot, *policy, listing.where, listing.money,
                                      {.now = call.now, .secret = store.secret(), .stop = stop});
  if (!outcome.ok()) return outcome.status();
  auto response = std::make_unique<v1::StressCoverageResponse>();
  *response->mutable_stress() = outcome->stress;
  FillPage(
      outcome->losses, listing.page, PlaceOf,
      [&](const v1::CoverageLoss& loss) { *response->add_coverage_losses() = loss; }, response.get());
  return response;
}

}  // namespace

void AddCoverageMethods(const storage::Store* store, CallQueue* queue, MethodTable* table) {
  table->Add("ayni.v1.PlanningService/ListCoverageGaps",
             [store, queue](const std::shared_ptr<const Call>& call,
                            const std::shared_ptr<const Requests>& requests, const Reply& reply) {
               auto listing = ReadGaps(*store, *call,
                                       static_cast<const v1::ListCoverageGapsRequest&>(*requests->front()));
               if (!listing.ok()) return reply(listing.status());
               queue->Post(call, reply, [store, listing = *std::move(listing)](const CallQueue::Stop& stop) {
                 return ListGaps(*store, listing, stop);
               });
             });
  table->Add(
      "ayni.v1.PlanningService/StressCoverage",
      [store, queue](const std::shared_ptr<const Call>& call, const std::shared_ptr<const Requests>& requests,
                     const Reply& reply) {
        auto listing =
            ReadStress(*store, *call, static_cast<const v1::StressCoverageRequest&>(*requests->front()));
        if (!listing.ok()) return reply(listing.status());
        queue->Post(call, reply, [store, call, listing = *std::move(listing)](const CallQueue::Stop& stop) {
          return Stress(*store, *call, listing, stop);
        });
      });
}

}  // namespace ayni::services
