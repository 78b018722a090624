#include "matcher/promised_problem.h"

#include <algorithm>
#include <utility>

#include "absl/numeric/int128.h"

namespace ayni::matcher {

PromisedProblem::PromisedProblem(const Problem& problem, const GroupGauge& gauge)
    : problem_(problem), gauge_(gauge), promised_(problem) {
  const NeedGroups& groups = gauge.groups();
  const int32_t first = problem.cell_count();
  promised_.cell_room.resize(first + groups.count, kUnitsMax);
  promised_.cell_floor.resize(first + groups.count, 0);
  promised_.cell_penalty.resize(first + groups.count, 0);
  promised_.edge_cell.clear();
  promised_.edge_cell.reserve(problem.edge_cell.size() + problem.edge_offer.size());
  promised_.edge_cell_begin.assign(1, 0);
  promised_.edge_cell_begin.reserve(problem.edge_offer.size() + 1);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      promised_.edge_cell.insert(promised_.edge_cell.end(),
                                 problem.edge_cell.begin() + problem.edge_cell_begin[e],
                                 problem.edge_cell.begin() + problem.edge_cell_begin[e + 1]);
      promised_.edge_cell.push_back(CellIndex{first + groups.need_group[n]});
      promised_.edge_cell_begin.push_back(static_cast<int64_t>(promised_.edge_cell.size()));
    }
  }
}

void PromisedProblem::SetPromises(int64_t smallest, int64_t penalty) {
  const int32_t first = problem_.cell_count();
  absl::int128 units = 1;
  for (int32_t g = 0; g < gauge_.groups().count; ++g) units += gauge_.Promise(g, smallest);
  absl::int128 left = kTotalPenaltyMax;
  for (int32_t c = 0; c < first; ++c) {
    left -= absl::int128(promised_.cell_floor[c]) * promised_.cell_penalty[c];
  }
  const auto affordable = static_cast<int64_t>(std::min<absl::int128>(penalty, left / units));
  for (int32_t g = 0; g < gauge_.groups().count; ++g) {
    promised_.cell_floor[first + g] = gauge_.Promise(g, smallest);
    promised_.cell_penalty[first + g] = affordable;
  }
}

void PromisedProblem::ForgetWorth(int32_t weight) {
  std::fill(promised_.edge_weight.begin(), promised_.edge_weight.end(), weight);
  std::fill(promised_.cell_floor.begin(), promised_.cell_floor.end(), 0);
}

std::vector<int64_t> PromisedProblem::PromisePrices(const Prices& prices) const {
  std::vector<int64_t> of_group(prices.cell.begin() + problem_.cell_count(), prices.cell.end());
  for (int64_t& price : of_group) price = std::min<int64_t>(0, price);
  return of_group;
}

Prices PromisedProblem::WithoutPromises(Prices prices) const {
  prices.cell.resize(problem_.cell_count());
  return prices;
}

}  // namespace ayni::matcher
