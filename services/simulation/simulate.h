// Years of a market under some policies side by side, with many seeds: what each policy costs and brings.
#ifndef AYNI_SERVICES_SIMULATION_SIMULATE_H_
#define AYNI_SERVICES_SIMULATION_SIMULATE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/policy.pb.h"
#include "services/simulation/assumptions.h"
#include "services/simulation/starting_market.h"
#include "services/simulation/world.h"
#include "services/simulation/year_figures.h"

namespace ayni::services {

inline constexpr int kSimulatedYearsMax = 50;
inline constexpr int kSimulatedSeedsMax = 100;
inline constexpr int kSimulationThreadsMax = 64;

// What is taken out of a policy, to see what it does.
enum class WithoutPart { kLimits, kReserves, kConflicts };
v1::Policy Without(v1::Policy policy, WithoutPart part);

struct SimulationPlan {
  Assumptions assumptions;
  // Side by side, first the one whose limits are the yardsticks of all: one limit at least.
  std::vector<v1::Policy> policies;
  // Of the first policy, the limit whose concentration is shown; empty: the first for ownership groups in
  // provinces, or else the first of all.
  std::string shown_limit;
  int years = 10;
  int rounds_per_year = 4;  // divides 12
  uint64_t first_seed = 1;
  int seeds = 4;
  int threads = 1;
  int64_t target_gap_ppm = 1'000;  // of each clearing
};

// One policy with one seed.
struct SimulatedRun {
  size_t policy = 0;  // position in the plan
  uint64_t seed = 0;
  std::vector<YearFigures> years;  // that were ended
};

struct Simulation {
  std::string shown_limit;
  std::vector<SimulatedRun> runs;  // seed by seed, in the order of the policies
  bool stopped = false;
};

// Told of a round as it was cleared, on any thread but never on two at once.
using RoundSeen = std::function<void(size_t policy, uint64_t seed, const WorldRound& round)>;

// The same figures with any number of threads, on any machine. `stop`, which any thread may ask, ends it with
// the years that were ended. InvalidArgument where a policy has no limit, or none of that name; errors as of
// ClearRound. REQUIRES: the engine takes the policies, and all is within its range.
absl::StatusOr<Simulation> Simulate(const StartingMarket& start, const SimulationPlan& plan,
                                    const std::function<bool()>& stop, const RoundSeen& seen);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SIMULATION_SIMULATE_H_
