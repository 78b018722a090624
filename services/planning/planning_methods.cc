#include "services/planning/planning_methods.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "ayni/v1/planning_service.pb.h"
#include "ayni/v1/policy.pb.h"
#include "services/errors.h"
#include "services/market/engine_day.h"
#include "services/planning/coverage_methods.h"
#include "services/planning/expected_success.h"
#include "services/planning/planning_request.h"
#include "services/planning/technique_methods.h"
#include "services/planning/training_draws.h"
#include "services/planning/training_market.h"
#include "services/resource/field_path.h"
#include "services/resource/page.h"
#include "services/resource/store_view.h"
#include "services/resource/stored.h"
#include "services/resource/violations.h"
#include "storage/ledger/sha256.h"

namespace ayni::services {
namespace {

constexpr int32_t kBasisPoints = 10'000;
constexpr int64_t kPpm = 1'000'000;
constexpr int32_t kQuantileStep = 500;

// In the order in which the answer has them.
constexpr v1::TapModel kModels[] = {v1::TAP_MODEL_COMMUNITY, v1::TAP_MODEL_ENTERPRISE, v1::TAP_MODEL_PUBLIC,
                                    v1::TAP_MODEL_ACADEMIC};

uint64_t SeedOf(int64_t seed, const std::string& what) {
  const storage::Sha256Digest digest = storage::Sha256({absl::StrCat(seed), "\n", what});
  uint64_t bits = 0;
  for (size_t byte = 0; byte < sizeof(bits); ++byte) bits = bits << 8 | digest[byte];
  return bits;
}

// What a valid request asks for.
struct Listing {
  Page page;
  TrainingScope scope;
  int32_t probability = 9'000;
  int32_t strength = 20;
  int32_t draws = 1'000;
};

absl::StatusOr<Listing> ReadListing(const storage::Store& store, const Call& call,
                                    const v1::ListTrainingPlansRequest& request) {
  Violations violations;
  Listing listing{ReadPage(store, call, request, &violations), {}};
  StoreView view(store);
  listing.scope.where =
      ReadTerritoryScope(request.territory_level(), request.territory(), &view, &violations);
  listing.scope.service = request.service();
  ResolveField(ResourceType::Of<v1::Service>(), "service", &view, &listing.scope.service, &violations);
  ReadWithin(request.probability_basis_points(), 1, kBasisPoints - 1, "probability_basis_points",
             &listing.probability, &violations);
  ReadWithin(request.success_strength(), 2, 1'000, "success_strength", &listing.strength, &violations);
  ReadWithin(request.draw_count(), 100, 10'000, "draw_count", &listing.draws, &violations);
  if (!view.status().ok()) return view.status();
  if (!violations.empty()) return violations.ToStatus();
  return listing;
}

class Planning {
 public:
  Planning(const Listing& listing, const v1::ExpectedSuccess& success, int64_t seed,
           const TrainingMarket& market)
      : listing_(listing), success_(success), seed_(seed), market_(market), rates_(v1::TapModel_ARRAYSIZE) {
    for (const v1::TapModel model : kModels) {
      rates_[model] = DrawRates(SuccessPerMille(success, model), listing.strength, listing.draws,
                                SeedOf(seed, v1::TapModel_Name(model)));
    }
  }

  v1::TrainingPlan PlanOf(const std::string& territory, const std::string& service,
                          const TrainingDemand& demand) const {
    v1::TrainingPlan plan;
    plan.set_territory(territory);
    plan.set_service(service);
    plan.set_demanded_quantity(demand.demanded);
    std::vector<StayingTaps> staying;
    for (const v1::TapModel model : kModels) {
      const std::vector<int64_t>& left = demand.left[model];
      staying.push_back({left, rates_[model]});
      plan.set_tap_count(plan.tap_count() + static_cast<int32_t>(left.size()));
      plan.set_offered_quantity(std::accumulate(left.begin(), left.end(), plan.offered_quantity()));
    }
    const std::string row = absl::StrCat(territory, "\n", service);
    const std::vector<int64_t> lacks =
        DrawLacks(demand.demanded, staying, listing_.draws, SeedOf(seed_, row));
    plan.set_met_ppm(static_cast<int32_t>(std::count(lacks.begin(), lacks.end(), 0) * kPpm / listing_.draws));
    for (const v1::TapModel model : kModels) {
      if (SuccessPerMille(success_, model) > 0) *plan.add_models() = ModelOf(model, service, row, lacks);
    }
    return plan;
  }

 private:
  v1::TraineePlan ModelOf(v1::TapModel model, const std::string& service, const std::string& row,
                          const std::vector<int64_t>& lacks) const {
    v1::TraineePlan plan;
    plan.set_model(model);
    std::vector<int64_t> capacities;
    const auto found = market_.capacities.find(service);
    if (found != market_.capacities.end()) {
      capacities = found->second[model];
      if (capacities.empty()) {
        plan.set_of_other_models(true);
        for (const std::vector<int64_t>& of : found->second)
          capacities.insert(capacities.end(), of.begin(), of.end());
      }
    }
    if (!capacities.empty()) {
      plan.set_unit_capacity(std::accumulate(capacities.begin(), capacities.end(), int64_t{0}) /
                             static_cast<int64_t>(capacities.size()));
    }
    const std::vector<int64_t> trainees = DrawTrainees(
        lacks, capacities, rates_[model], SeedOf(seed_, absl::StrCat(row, "\n", v1::TapModel_Name(model))));
    const int64_t count = QuantileOf(trainees, listing_.probability);
    if (count != kTooManyTrainees) plan.set_trainee_count(count);
    for (int32_t part = kQuantileStep; part < kBasisPoints; part += kQuantileStep)
      plan.add_quantiles(QuantileOf(trainees, part));
    return plan;
  }

  const Listing& listing_;
  const v1::ExpectedSuccess& success_;
  const int64_t seed_;
  const TrainingMarket& market_;
  std::vector<std::vector<Chance>> rates_;  // by model
};

absl::StatusOr<std::unique_ptr<Message>> ListPlans(const storage::Store& store, const Call& call,
                                                   const v1::ListTrainingPlansRequest& request,
                                                   const Listing& listing,
                                                   const std::function<bool()>& stop) {
  StoreView view(store);
  const std::string active = view.ActivePolicy();
  const auto* policy = active.empty() ? nullptr : view.Find<v1::Policy>(active);
  if (!view.status().ok()) return view.status();
  if (policy == nullptr) {
    return StateForbids(
        "NO_ACTIVE_POLICY", "policies/-",
        "no policy is active, whose expected success a plan would count with: activate one first");
  }
  const auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto market = ReadTrainingMarket(**snapshot, listing.scope, DayOf(call.now), stop);
  if (!market.ok()) return market.status();
  const Planning planning(listing, policy->expected_success(), request.seed(), *market);
  std::pair<std::string, std::string> after;
  if (!listing.page.after().empty()) after = absl::StrSplit(listing.page.after(), absl::MaxSplits('\n', 1));
  auto response = std::make_unique<v1::ListTrainingPlansResponse>();
  for (auto at = market->demands.upper_bound(after); at != market->demands.end(); ++at) {
    if (stop()) return absl::CancelledError("planning was stopped");
    if (response->training_plans_size() == listing.page.size()) {
      const v1::TrainingPlan& last = response->training_plans(listing.page.size() - 1);
      response->set_next_page_token(
          listing.page.TokenAfter(absl::StrCat(last.territory(), "\n", last.service())));
      break;
    }
    const auto& [territory, service] = at->first;
    *response->add_training_plans() = planning.PlanOf(territory, service, at->second);
  }
  return response;
}

}  // namespace

void PlanningReports::AddMethods(MethodTable* table) {
  AddCoverageMethods(store_, &queue_, table);
  AddTechniqueMethod(store_, &queue_, table);
  table->Add("ayni.v1.PlanningService/ListTrainingPlans",
             [this](const std::shared_ptr<const Call>& call, const std::shared_ptr<const Requests>& requests,
                    const Reply& reply) {
               const auto& request = static_cast<const v1::ListTrainingPlansRequest&>(*requests->front());
               auto listing = ReadListing(*store_, *call, request);
               if (!listing.ok()) return reply(listing.status());
               queue_.Post(call, reply,
                           [this, call, requests, &request,
                            listing = *std::move(listing)](const CallQueue::Stop& stop) {
                             return ListPlans(*store_, *call, request, listing, stop);
                           });
             });
}

}  // namespace ayni::services
