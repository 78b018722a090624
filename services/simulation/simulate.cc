#include "services/simulation/simulate.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/round/policy_outcome.h"

namespace ayni::services {
namespace {

// Where the policy does not say which segments are thin.
constexpr int kMinControllersDefault = 4;

absl::StatusOr<std::string> ShownLimit(const v1::Policy& policy, const std::string& asked) {
  if (policy.limits().empty())
    return absl::InvalidArgumentError("the policy has no limits, by which concentration is measured");
  std::vector<std::string> ids;
  for (const v1::Limit& limit : policy.limits()) {
    if (limit.id() == asked) return asked;
    ids.push_back(limit.id());
  }
  if (!asked.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the policy has no limit '", asked, "'; it has ", absl::StrJoin(ids, ", ")));
  }
  for (const v1::Limit& limit : policy.limits()) {
    if (limit.controller_level() == v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP &&
        limit.territory_level() == v1::TERRITORY_LEVEL_PROVINCE)
      return limit.id();
  }
  return ids.front();
}

std::vector<v1::Limit> YardsticksOf(const v1::Policy& policy) {
  std::vector<v1::Limit> yardsticks;
  for (const v1::Limit& limit : policy.limits()) {
    v1::Limit& yardstick = yardsticks.emplace_back(Yardstick(limit));
    yardstick.set_min_controllers(limit.min_controllers() > 0 ? limit.min_controllers()
                                                              : kMinControllersDefault);
    yardstick.set_thin_market_rule(v1::THIN_MARKET_RULE_WAIVE);
  }
  return yardsticks;
}

class Simulating {
 public:
  Simulating(const StartingMarket& start, const SimulationPlan& plan, std::function<bool()> stop,
             const RoundSeen& seen)
      : start_(start), plan_(plan), stop_(std::move(stop)), seen_(seen) {
    for (int seed = 0; seed < plan_.seeds; ++seed) {
      for (size_t policy = 0; policy < plan_.policies.size(); ++policy)
        simulation_.runs.push_back({policy, plan_.first_seed + static_cast<uint64_t>(seed), {}});
    }
  }

  absl::StatusOr<Simulation> Run() {
    auto shown = ShownLimit(plan_.policies.front(), plan_.shown_limit);
    if (!shown.ok()) return shown.status();
    simulation_.shown_limit = *std::move(shown);
    std::vector<std::thread> others;
    for (int thread = 1; thread < plan_.threads; ++thread) others.emplace_back([this] { Work(); });
    Work();
    for (std::thread& other : others) other.join();
    if (!error_.ok()) return error_;
    simulation_.stopped = was_stopped_;
    return std::move(simulation_);
  }

 private:
  void Work() {
    for (size_t next = next_++; next < simulation_.runs.size() && !Stops(); next = next_++)
      RunOne(&simulation_.runs[next]);
  }

  bool Stops() {
    if (!stop_()) return failed_;
    was_stopped_ = true;
    return true;
  }

  void RunOne(SimulatedRun* run) {
    WorldSettings settings;
    settings.start = &start_;
    settings.assumptions = plan_.assumptions;
    settings.policy = plan_.policies[run->policy];
    settings.yardsticks = YardsticksOf(plan_.policies.front());
    settings.shown = simulation_.shown_limit;
    settings.seed = run->seed;
    settings.rounds_per_year = plan_.rounds_per_year;
    settings.target_gap_ppm = plan_.target_gap_ppm;
    World world(
        std::move(settings), [this] { return Stops(); },
        [&](const WorldRound& round) {
          const std::lock_guard lock(mutex_);
          seen_(run->policy, run->seed, round);
        });
    for (int year = 0; year < plan_.years; ++year) {
      auto figures = world.RunYear();
      if (absl::IsCancelled(figures.status())) return;
      if (!figures.ok()) {
        const std::lock_guard lock(mutex_);
        if (error_.ok()) error_ = figures.status();
        failed_ = true;
        return;
      }
      run->years.push_back(*std::move(figures));
    }
  }

  const StartingMarket& start_;
  const SimulationPlan& plan_;
  const std::function<bool()> stop_;
  const RoundSeen& seen_;
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::atomic<bool> was_stopped_ = false;
  Simulation simulation_;  // each run is of one thread
  std::mutex mutex_;
  absl::Status error_;  // guarded by mutex_, until all threads have ended
};

}  // namespace

v1::Policy Without(v1::Policy policy, WithoutPart part) {
  switch (part) {
    case WithoutPart::kLimits:
      policy.clear_limits();
      break;
    case WithoutPart::kReserves:
      policy.clear_reserves();
      policy.clear_floors();
      break;
    case WithoutPart::kConflicts:
      policy.clear_conflict_rules();
      break;
  }
  return policy;
}

absl::StatusOr<Simulation> Simulate(const StartingMarket& start, const SimulationPlan& plan,
                                    const std::function<bool()>& stop, const RoundSeen& seen) {
  return Simulating(start, plan, stop, seen).Run();
}

}  // namespace ayni::services
