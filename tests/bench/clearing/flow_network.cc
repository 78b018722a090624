#include "tests/bench/clearing/flow_network.h"

#include <vector>

namespace ayni::bench {

FlowNetwork NetworkOf(const matcher::Problem& problem) {
  const int32_t offer_begin = problem.need_count(), tap_begin = offer_begin + problem.offer_count();
  const int32_t cell_begin = tap_begin + problem.tap_count(), sink = cell_begin + problem.cell_count();
  FlowNetwork network;
  const auto add_arc = [&](int32_t from, int32_t to, int64_t room, int64_t cost) {
    network.ends.emplace_back(from, to);
    network.room.push_back(room);
    network.cost.push_back(cost);
  };
  network.supply.assign(sink + 1, 0);
  std::vector<int32_t> tap_cell(problem.tap_count(), -1);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      const matcher::OfferIndex o = problem.edge_offer[e];
      add_arc(n, offer_begin + o.value, problem.edge_bound[e], -problem.edge_weight[e]);
      tap_cell[problem.offer_tap[o.at()].at()] = problem.edge_cell[problem.edge_cell_begin[e]].value;
    }
    add_arc(n, sink, problem.need_demand[n], 0);
    network.supply[n] = problem.need_demand[n];
    network.supply[sink] -= problem.need_demand[n];
  }
  for (int32_t o = 0; o < problem.offer_count(); ++o) {
    add_arc(offer_begin + o, tap_begin + problem.offer_tap[o].value, problem.offer_capacity[o], 0);
  }
  for (int32_t t = 0; t < problem.tap_count(); ++t) {
    if (tap_cell[t] >= 0) add_arc(tap_begin + t, cell_begin + tap_cell[t], problem.tap_capacity[t], 0);
  }
  for (int32_t c = 0; c < problem.cell_count(); ++c) add_arc(cell_begin + c, sink, problem.cell_room[c], 0);
  return network;
}

}  // namespace ayni::bench
