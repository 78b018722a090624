#include "tests/bench/clearing/flow_peer.h"

#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

namespace ayni::bench {
namespace {

using Graph = lemon::StaticDigraph;

template <typename Algorithm>
int64_t Solve(const FlowNetwork& network) {
  Graph graph;
  graph.build(static_cast<int>(network.supply.size()), network.ends.begin(), network.ends.end());
  Graph::ArcMap<int64_t> room(graph), cost(graph);
  for (int a = 0; a < graph.arcNum(); ++a) {
    room[Graph::arcFromId(a)] = network.room[a];
    cost[Graph::arcFromId(a)] = network.cost[a];
  }
  Graph::NodeMap<int64_t> supply(graph);
  for (int n = 0; n < graph.nodeNum(); ++n) supply[Graph::nodeFromId(n)] = network.supply[n];
  Algorithm algorithm(graph);
  algorithm.upperMap(room).costMap(cost).supplyMap(supply).run();
  return -algorithm.template totalCost<int64_t>();
}

}  // namespace

int64_t ByNetworkSimplex(const FlowNetwork& network) {
  return Solve<lemon::NetworkSimplex<Graph, int64_t, int64_t>>(network);
}

int64_t ByCostScaling(const FlowNetwork& network) {
  return Solve<lemon::CostScaling<Graph, int64_t, int64_t>>(network);
}

}  // namespace ayni::bench
