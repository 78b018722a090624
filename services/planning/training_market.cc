#include "services/planning/training_market.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer.pb.h"
#include "services/market/engine_day.h"
#include "services/market/named_market.h"
#include "services/resource/record_walk.h"

namespace ayni::services {
namespace {

struct TapUnits {
  int64_t all = 0;
  int64_t left = 0;
};

class Reading {
 public:
  Reading(const storage::Snapshot& snapshot, const TrainingScope& scope, matcher::Day today,
          const std::function<bool()>& stop)
      : snapshot_(snapshot), scope_(scope), today_(today), stop_(stop) {}

  absl::StatusOr<TrainingMarket> Run() {
    absl::Status status = ForEachRecord<v1::Territory>(
        snapshot_, "", stop_, [&](const v1::Territory& territory) { places_.Put(territory); });
    if (status.ok()) status = ReadNeeds();
    if (status.ok()) status = ReadTaps();
    if (status.ok()) status = ReadOffers();
    if (!status.ok()) return status;
    AddCapacities();
    return std::move(market_);
  }

 private:
  bool IsOfService(const std::string& service) const {
    return scope_.service.empty() || scope_.service == service;
  }

  // The territory whose plan a district counts in; empty where it is outside the scope.
  std::string PlanOf(const std::string& district) const {
    const matcher::TerritoryIndex territory =
        PlaceInReport(places_, scope_.where, places_.FindTerritory(district));
    return territory.present() ? places_.NameOf(territory) : "";
  }

  absl::Status ReadNeeds() {
    return ForEachRecord<v1::Need>(snapshot_, "", stop_, [&](const v1::Need& need) {
      if (!NamedMarket::HasRow(need) || !IsOfService(need.service())) return;
      if (WindowOf(need.window()).last < today_) return;
      const std::string territory = PlanOf(need.district());
      if (territory.empty()) return;
      market_.demands[{territory, need.service()}].demanded += need.quantity() - need.matched_quantity();
    });
  }

  absl::Status ReadTaps() {
    return ForEachRecord<v1::Party>(snapshot_, "", stop_, [&](const v1::Party& party) {
      if (!party.has_tap()) return;
      v1::Party& kept = taps_[LastId(party.name())];
      *kept.mutable_tap() = party.tap();
      kept.set_district(party.district());
    });
  }

  absl::Status ReadOffers() {
    return ForEachRecord<v1::Offer>(snapshot_, "", stop_, [&](const v1::Offer& offer) {
      if (!IsOfService(offer.service()) || WindowOf(offer.window()).last < today_) return;
      TapUnits& units = units_[{offer.service(), std::string(FirstId(offer.name()))}];
      units.all += offer.capacity();
      units.left += std::max<int64_t>(0, offer.capacity() - offer.booked_quantity());
    });
  }

  void AddCapacities() {
    for (const auto& [key, units] : units_) {
      const auto& [service, tap] = key;
      const auto found = taps_.find(tap);
      if (found == taps_.end()) continue;
      const int64_t own = found->second.tap().capacity();
      const auto held = [own](int64_t of) { return own > 0 ? std::min(own, of) : of; };
      const auto model = static_cast<size_t>(found->second.tap().model());
      if (units.all > 0) market_.capacities[service][model].push_back(held(units.all));
      if (units.left == 0) continue;
      const auto demand = market_.demands.find({PlanOf(found->second.district()), service});
      if (demand != market_.demands.end()) demand->second.left[model].push_back(held(units.left));
    }
  }

  const storage::Snapshot& snapshot_;
  const TrainingScope& scope_;
  const matcher::Day today_;
  const std::function<bool()>& stop_;
  NamedMarket places_;  // territories alone
  absl::flat_hash_map<std::string, v1::Party> taps_;
  std::map<std::pair<std::string, std::string>, TapUnits> units_;  // by service and TAP
  TrainingMarket market_;
};

}  // namespace

absl::StatusOr<TrainingMarket> ReadTrainingMarket(const storage::Snapshot& snapshot,
                                                  const TrainingScope& scope, matcher::Day today,
                                                  const std::function<bool()>& stop) {
  return Reading(snapshot, scope, today, stop).Run();
}

}  // namespace ayni::services
