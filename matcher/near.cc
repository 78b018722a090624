#include "matcher/near.h"

#include <utility>

namespace ayni::matcher {

NearEdges FindNearEdges(const Problem& problem, const Slots& slots, const Prices& prices, int64_t slack_max) {
  NearEdges near;
  AddMissed(problem, slots, prices, slack_max, near);
  return near;
}

bool AddMissed(const Problem& problem, const Slots& slots, const Prices& prices, int64_t slack_max,
               NearEdges& near) {
  const std::vector<int64_t> slot_price = SlotPrices(slots, ByResource(prices));
  const NearEdges before = std::exchange(near, {});
  bool missed = false;
  size_t next = 0;
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      const int64_t slack =
          prices.need[n] + slot_price[slots.edge_slot[e]] - problem.edge_weight[e] * kPriceScale;
      const bool had = next < before.edge.size() && before.edge[next] == e;
      next += had ? 1 : 0;
      if (slack > slack_max && !had) continue;
      missed |= slack <= 0 && !had;
      near.edge.push_back(e);
      near.need.push_back(n);
    }
  }
  return missed;
}

}  // namespace ayni::matcher
