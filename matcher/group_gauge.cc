#include "matcher/group_gauge.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/numeric/int128.h"

namespace ayni::matcher {
namespace {

// The most that one edge could be given with all else left out; 0 where that is less than its lot.
Units MostOf(const Problem& problem, int32_t need, int64_t edge) {
  const size_t offer = problem.edge_offer[edge].at();
  Units most = std::min({problem.need_demand[need], problem.edge_bound[edge], problem.offer_capacity[offer]});
  if (problem.offer_tap[offer].present()) {
    most = std::min(most, problem.tap_capacity[problem.offer_tap[offer].at()]);
  }
  for (int64_t i = problem.edge_cell_begin[edge]; i < problem.edge_cell_begin[edge + 1]; ++i) {
    most = std::min(most, problem.cell_room[problem.edge_cell[i].at()]);
  }
  return most < problem.offer_lot[offer] ? 0 : most;
}

}  // namespace

GroupGauge::GroupGauge(const Problem& problem, const NeedGroups& groups, Measure measure)
    : problem_(problem), groups_(groups), measure_(measure), demand_(groups.count, 0), lot_(groups.count, 0) {
  std::vector<int64_t> alone(groups.count, 0);
  for (int32_t n = 0; n < problem.need_count(); ++n) LookAtNeed(n, alone);
  most_ = measure == Measure::kServedShare ? kShareMax : std::numeric_limits<int64_t>::max();
  for (int32_t g = 0; g < groups.count; ++g) {
    if (lot_[g] == 0) demand_[g] = 0;
    total_demand_ += demand_[g];
    if (demand_[g] == 0) continue;
    const int64_t most = measure == Measure::kServedShare ? kShareMax * alone[g] / demand_[g] : alone[g];
    if (most < most_ || most_group_ < 0) most_group_ = g;
    most_ = std::min(most_, most);
  }
  if (most_group_ < 0) most_ = Smallest({});
}

void GroupGauge::LookAtNeed(int32_t need, std::vector<int64_t>& alone) {
  const int32_t group = groups_.need_group[need];
  demand_[group] += problem_.need_demand[need];
  std::vector<std::pair<int64_t, Units>> by_worth;
  for (int64_t e = problem_.need_edge_begin[need]; e < problem_.need_edge_begin[need + 1]; ++e) {
    const Units most = MostOf(problem_, need, e);
    if (most == 0) continue;
    const Units lot = problem_.offer_lot[problem_.edge_offer[e].at()];
    lot_[group] = lot_[group] == 0 ? lot : std::min(lot_[group], lot);
    by_worth.emplace_back(-OfUnit(e), most);
  }
  std::sort(by_worth.begin(), by_worth.end());
  Units left = problem_.need_demand[need];
  for (const auto& [worth, most] : by_worth) {
    alone[group] += -worth * std::min(left, most);
    left -= std::min(left, most);
  }
}

std::vector<int64_t> GroupGauge::Given(const std::vector<Units>& edge_units) const {
  std::vector<int64_t> given(groups_.count, 0);
  for (int32_t n = 0; n < problem_.need_count(); ++n) {
    for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
      if (edge_units[e] > 0) given[groups_.need_group[n]] += edge_units[e] * OfUnit(e);
    }
  }
  return given;
}

int64_t GroupGauge::Promise(int32_t group, int64_t smallest) const {
  if (demand_[group] == 0 || smallest == 0) return 0;
  if (measure_ == Measure::kScoreSum) return smallest;
  return std::max((smallest * demand_[group] + kShareMax - 1) / kShareMax, lot_[group]);
}

int64_t GroupGauge::Smallest(const std::vector<int64_t>& given) const {
  const bool is_share = measure_ == Measure::kServedShare;
  int64_t smallest = std::numeric_limits<int64_t>::max();
  for (size_t g = 0; g < given.size(); ++g) {
    if (demand_[g] == 0) continue;
    smallest = std::min(smallest, Of(static_cast<int32_t>(g), given[g]));
  }
  if (smallest < std::numeric_limits<int64_t>::max()) return smallest;
  return is_share ? kShareMax : 0;
}

int64_t GroupGauge::LeastLike(int64_t smallest) const {
  if (measure_ == Measure::kScoreSum || smallest == 0) return smallest;
  int64_t least = 1;
  for (size_t g = 0; g < demand_.size(); ++g) {
    if (demand_[g] == 0) continue;
    const int64_t units = (smallest * demand_[g] + kShareMax - 1) / kShareMax;
    if (units > lot_[g]) least = std::max(least, (units - 1) * kShareMax / demand_[g] + 1);
  }
  return least;
}

}  // namespace ayni::matcher
