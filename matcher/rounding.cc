#include "matcher/rounding.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/numeric/int128.h"

namespace ayni::matcher {
namespace {

constexpr int kStopEvery = 1'024;  // choices between two looks at `stop`

// By resource, as Slots has them.
std::vector<int64_t> Joined(const Prices& prices) {
  std::vector<int64_t> joined = prices.offer;
  joined.insert(joined.end(), prices.tap.begin(), prices.tap.end());
  joined.insert(joined.end(), prices.cell.begin(), prices.cell.end());
  return joined;
}

std::vector<int64_t> SlotPrices(const Slots& slots, const std::vector<int64_t>& resource_price) {
  std::vector<int64_t> slot_price(slots.slot_count(), 0);
  for (int32_t s = 0; s < slots.slot_count(); ++s) {
    for (const int32_t r : slots.resources(s)) slot_price[s] += resource_price[r];
  }
  return slot_price;
}

}  // namespace

uint64_t TieOf(uint64_t seed, int64_t key) {
  uint64_t hash = seed + 0x9e3779b97f4a7c15 * (static_cast<uint64_t>(key) + 1);
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  return hash ^ (hash >> 31);
}

void RoundChoices(const Problem& problem, const std::vector<Choice>& choices, uint64_t seed,
                  const std::function<bool()>& stop, Assignment& assignment) {
  std::vector<std::tuple<float, uint64_t, size_t>> decided;
  for (size_t i = 0; i < choices.size(); ++i) {
    const auto demand = static_cast<float>(problem.need_demand[assignment.need_of(choices[i].edge)]);
    if (choices[i].units >= 0.5f) {
      decided.emplace_back(-choices[i].units / demand, TieOf(seed, choices[i].edge), i);
    }
  }
  std::sort(decided.begin(), decided.end());
  int seen = 0;
  for (const auto& [share, tie, i] : decided) {
    if (++seen % kStopEvery == 0 && stop()) break;
    const int64_t edge = choices[i].edge;
    const auto wanted = static_cast<Units>(static_cast<double>(choices[i].units) + 0.5);
    const Units units = std::min(wanted, assignment.Room(edge));
    const Units lot = problem.offer_lot[problem.edge_offer[edge].at()];
    if (units > 0 && units >= lot) assignment.Add(edge, units);
  }
  assignment.Forget();
}

Prices RoundPrices(const Problem& problem, const Slots& slots, const std::vector<double>& resource_prices) {
  std::vector<int64_t> fixed(resource_prices.size());
  for (size_t r = 0; r < fixed.size(); ++r) {
    fixed[r] = static_cast<int64_t>(std::min(resource_prices[r], double{kWeightMax}) * kPriceScale + 0.5);
  }
  Prices prices;
  prices.offer.assign(fixed.begin(), fixed.begin() + slots.tap_begin);
  prices.tap.assign(fixed.begin() + slots.tap_begin, fixed.begin() + slots.cell_begin);
  prices.cell.assign(fixed.begin() + slots.cell_begin, fixed.end());
  prices.need.assign(problem.need_demand.size(), 0);
  const std::vector<int64_t> slot_price = SlotPrices(slots, fixed);
  std::vector<std::pair<int64_t, Units>> gains;
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    gains.clear();
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      const int64_t gain = problem.edge_weight[e] * kPriceScale - slot_price[slots.edge_slot[e]];
      if (gain > 0) gains.emplace_back(gain, problem.edge_bound[e]);
    }
    // A higher price costs the demand and saves the bounds of the edges above it: best where those reach the
    // demand.
    std::sort(gains.rbegin(), gains.rend());
    Units above = 0;
    for (const auto& [gain, units] : gains) {
      above += units;
      if (above >= problem.need_demand[n]) {
        prices.need[n] = gain;
        break;
      }
    }
  }
  return prices;
}

int64_t Bound(const Problem& problem, const Slots& slots, const Prices& prices) {
  const std::vector<int64_t> resource_price = Joined(prices);
  const std::vector<int64_t> slot_price = SlotPrices(slots, resource_price);
  absl::int128 bound = 0;
  for (size_t r = 0; r < resource_price.size(); ++r) {
    bound += absl::int128(slots.resource_room[r]) * resource_price[r];
  }
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    bound += absl::int128(problem.need_demand[n]) * prices.need[n];
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      const int64_t gain =
          problem.edge_weight[e] * kPriceScale - prices.need[n] - slot_price[slots.edge_slot[e]];
      if (gain > 0) bound += absl::int128(problem.edge_bound[e]) * gain;
    }
  }
  return static_cast<int64_t>(
      std::min<absl::int128>(bound / kPriceScale, std::numeric_limits<int64_t>::max()));
}

}  // namespace ayni::matcher
