// What is asked for and offered of each service in each territory, as training plans count it.
#ifndef AYNI_SERVICES_PLANNING_TRAINING_MARKET_H_
#define AYNI_SERVICES_PLANNING_TRAINING_MARKET_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/party.pb.h"
#include "matcher/market.h"
#include "services/planning/planning_request.h"
#include "storage/store.h"

namespace ayni::services {

struct TrainingScope {
  TerritoryScope where;
  std::string service;  // empty: all
};

// Capacities by TapModel.
using CapacitiesByModel = std::array<std::vector<int64_t>, v1::TapModel_ARRAYSIZE>;

struct TrainingDemand {
  int64_t demanded = 0;  // units that needs lack, of those whose windows are not over
  // What each of its TAPs has left of the service, by the TAPs' names; those without anything left out.
  CapacitiesByModel left;
};

struct TrainingMarket {
  // By territory and service, those of which something is demanded.
  std::map<std::pair<std::string, std::string>, TrainingDemand> demands;
  // By service, what each TAP that offers it has in all, wherever it is, by the TAPs' names.
  std::map<std::string, CapacitiesByModel> capacities;
};

// Of the snapshot, as of that day. A TAP has of a service what its offers sum to, and its own capacity at
// most; it belongs to its own district. Cancelled where stop said so; errors of the store. Linear in its
// territories, parties, offers and needs.
absl::StatusOr<TrainingMarket> ReadTrainingMarket(const storage::Snapshot& snapshot,
                                                  const TrainingScope& scope, matcher::Day today,
                                                  const std::function<bool()>& stop);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PLANNING_TRAINING_MARKET_H_
