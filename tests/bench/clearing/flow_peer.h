// LEMON, a peer in the benchmark. Its headers are C++17, so this one is too.
#ifndef AYNI_TESTS_BENCH_CLEARING_FLOW_PEER_H_
#define AYNI_TESTS_BENCH_CLEARING_FLOW_PEER_H_

#include <cstdint>
#include <utility>
#include <vector>

namespace ayni::bench {

struct FlowNetwork {
  std::vector<std::pair<int32_t, int32_t>> ends;  // by arc, ascending
  std::vector<int64_t> room, cost;                // by arc
  std::vector<int64_t> supply;                    // by node
};

// The greatest sum of -cost x units.
int64_t ByNetworkSimplex(const FlowNetwork& network);
int64_t ByCostScaling(const FlowNetwork& network);

}  // namespace ayni::bench

#endif  // AYNI_TESTS_BENCH_CLEARING_FLOW_PEER_H_
