#include "matcher/flow.h"

#include <algorithm>

#include "matcher/flow_balance.h"
#include "matcher/flow_network.h"
#include "matcher/near.h"

namespace ayni::matcher {
namespace {

constexpr int32_t kSlackPart = 320;  // of the largest weight, that a near edge may have
constexpr int64_t kSlackMin = 8;
// Where more than so large a part of the edges is near, weights tie, and each search passes over all of them.
constexpr int64_t kNearPart = 4, kNearEdgesMin = 1'000;
// A path may be as long as the slack and look at so many arcs; in each round, so many times more.
constexpr int64_t kSearchLooks = 50'000;
constexpr int64_t kFurther = 4;
constexpr int64_t kDistanceMax = int64_t{1} << 30;
constexpr int kRoundsMax = 40;
constexpr int64_t kLooksMax = 2'000;  // for each near edge: most markets take 10 to 150
constexpr int64_t kLooksMin = 1'000'000;

// To whole units of weight.
void RoundPrices(Prices& prices) {
  for (std::vector<int64_t>* side : {&prices.offer, &prices.tap, &prices.cell}) {
    for (int64_t& price : *side) price = (price + kPriceScale / 2) / kPriceScale * kPriceScale;
  }
}

// The best flow over the near edges, to which those are added that its prices make worth taking, until none
// is left. Its prices; nothing where that does not end.
std::optional<Prices> BalanceAll(const Problem& problem, const Slots& slots, Workers& workers, int64_t slack,
                                 NearEdges near, FlowNetwork& network, const std::function<bool()>& stop) {
  FlowBalancer balancer(network, workers, stop);
  BalanceEffort effort{.distance_max = slack, .search_looks_max = kSearchLooks};
  for (int round = 0; round < kRoundsMax; ++round) {
    const bool same = round > 0 && near.count() == network.edge_count();
    if (!same && !network.SetEdges(near, stop)) return std::nullopt;
    effort.looks_max = kLooksMax * near.count() + kLooksMin;
    if (!balancer.Balance(effort)) return std::nullopt;
    Prices prices = network.PricesOfProblem();
    const bool missed = AddMissed(problem, slots, prices, slack * kPriceScale, near);
    if (!missed && balancer.Balanced()) return prices;
    effort.distance_max = std::min(kFurther * effort.distance_max, kDistanceMax);
    effort.search_looks_max *= kFurther;
  }
  return std::nullopt;
}

}  // namespace

std::optional<BestFlow> FindBestFlow(const Problem& problem, const Slots& slots, const Forest& forest,
                                     Workers& workers, const Prices& start,
                                     const std::function<bool()>& stop) {
  Prices rounded = start;
  RoundPrices(rounded);
  const int64_t slack = std::max<int64_t>(kSlackMin, HeaviestWeight(problem) / kSlackPart);
  NearEdges near = FindNearEdges(problem, slots, rounded, slack * kPriceScale);
  if (near.count() > problem.edge_count() / kNearPart + kNearEdgesMin) return std::nullopt;
  FlowNetwork network(problem, slots, forest, rounded);
  const std::optional<Prices> prices =
      BalanceAll(problem, slots, workers, slack, std::move(near), network, stop);
  if (!prices.has_value()) return std::nullopt;
  std::optional<Proof> proof = Prove(problem, slots, workers, InUnits(ByResource(*prices)), stop);
  if (!proof.has_value()) return std::nullopt;
  BestFlow best{*std::move(proof), {}};
  for (int32_t i = 0; i < network.edge_count(); ++i) {
    const FlowNetwork::Edge& edge = network.edge(i);
    if (edge.units == 0) continue;
    best.units.push_back({{network.edge_id(i), slots.need_order[edge.need]}, edge.units});
  }
  return best;
}

}  // namespace ayni::matcher
