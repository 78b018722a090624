#include "matcher/need_part.h"

#include <algorithm>

#include "matcher/assignment.h"

namespace ayni::matcher {
namespace {

constexpr int32_t kNeedsAtOnce = 4'096;  // between two looks at `stop`

}  // namespace

NeedPart::NeedPart(const Problem& problem, const NeedGroups& groups, const std::vector<int32_t>& chosen)
    : problem_(problem), all_groups_(groups), group_(chosen) {
  part_.offer_capacity = problem.offer_capacity;
  part_.offer_tap = problem.offer_tap;
  part_.offer_lot = problem.offer_lot;
  part_.tap_capacity = problem.tap_capacity;
  part_.cell_room = problem.cell_room;
  part_.need_edge_begin.assign(1, 0);
  part_.edge_cell_begin.assign(1, 0);
  groups_.count = static_cast<int32_t>(chosen.size());
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    const auto at = std::lower_bound(chosen.begin(), chosen.end(), groups.need_group[n]);
    if (at == chosen.end() || *at != groups.need_group[n]) continue;
    need_.push_back(n);
    groups_.need_group.push_back(static_cast<int32_t>(at - chosen.begin()));
    part_.need_demand.push_back(problem.need_demand[n]);
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      edge_.push_back(e);
      part_.edge_offer.push_back(problem.edge_offer[e]);
      part_.edge_bound.push_back(problem.edge_bound[e]);
      part_.edge_weight.push_back(problem.edge_weight[e]);
      part_.edge_cell.insert(part_.edge_cell.end(), problem.edge_cell.begin() + problem.edge_cell_begin[e],
                             problem.edge_cell.begin() + problem.edge_cell_begin[e + 1]);
      part_.edge_cell_begin.push_back(static_cast<int64_t>(part_.edge_cell.size()));
    }
    part_.need_edge_begin.push_back(static_cast<int64_t>(part_.edge_offer.size()));
  }
}

std::vector<Units> NeedPart::UnitsOf(const std::vector<Units>& whole) const {
  std::vector<Units> units;
  units.reserve(edge_.size());
  for (const int64_t edge : edge_) units.push_back(whole[edge]);
  return units;
}

std::vector<Units> NeedPart::UnitsOfWhole(const std::vector<Units>& part, const std::vector<Units>& others,
                                          const Slots& slots, const std::function<bool()>& stop) const {
  Assignment assignment(problem_, slots);
  std::vector<bool> is_chosen(all_groups_.count, false);
  for (const int32_t group : group_) is_chosen[group] = true;
  for (int32_t n = 0; n < part_.need_count(); ++n) {
    for (int64_t e = part_.need_edge_begin[n]; e < part_.need_edge_begin[n + 1]; ++e) {
      if (part[e] > 0) assignment.Add({edge_[e], need_[n]}, part[e]);
    }
  }
  std::vector<Units> units(problem_.edge_offer.size(), 0);
  bool stopped = false;
  for (int32_t n = 0; n < problem_.need_count(); ++n) {
    stopped = stopped || (n % kNeedsAtOnce == 0 && stop());
    const bool is_other = !is_chosen[all_groups_.need_group[n]];
    for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
      const Units room = is_other && !stopped ? std::min(others[e], assignment.Room({e, n})) : 0;
      if (room > 0 && room >= slots.slot_lot[slots.edge_slot[e]]) assignment.Add({e, n}, room);
      units[e] = assignment.units(e);
    }
  }
  return units;
}

MinimumProof NeedPart::ProofOfWhole(const MinimumProof& part) const {
  MinimumProof whole;
  whole.prices = part.prices;
  whole.prices.need.assign(problem_.need_demand.size(), 0);
  for (size_t n = 0; n < need_.size(); ++n) whole.prices.need[need_[n]] = part.prices.need[n];
  whole.group_weight.assign(all_groups_.count, 0);
  for (size_t g = 0; g < group_.size(); ++g) whole.group_weight[group_[g]] = part.group_weight[g];
  return whole;
}

}  // namespace ayni::matcher
