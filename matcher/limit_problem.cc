#include "matcher/limit_problem.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "matcher/limit_cells.h"

namespace ayni::matcher {
namespace {

static_assert(kLimitsMax * kControllersPerTapMax + 2 * kReservesMax < kCellsPerEdgeMax,
              "an edge lies in a cell of each controller under each limit, and of each reserve and floor");

// The largest level at which demands, none above it, come to at most kTotalDemandMax.
Units DemandLevel(std::vector<Units> demands) {
  std::sort(demands.begin(), demands.end());
  Units left = kTotalDemandMax;
  auto count = static_cast<Units>(demands.size());
  for (const Units demand : demands) {
    if (demand > left / count) return left / count;
    left -= demand;
    --count;
  }
  return kUnitsMax;
}

// By need: what its candidates can serve.
std::vector<Units> NeedDemands(const Market& market, const Candidates& candidates) {
  std::vector<Units> demands(market.need_count());
  for (int32_t need = 0; need < market.need_count(); ++need) {
    Units reached = 0;
    for (int64_t edge = candidates.need_begin[need]; edge < candidates.need_begin[need + 1]; ++edge) {
      reached += candidates.bound[edge];
    }
    demands[need] = std::min(reached, market.need(NeedIndex{need}).open_quantity);
  }
  const Units level = DemandLevel(demands);
  for (Units& demand : demands) demand = std::min(demand, level);
  return demands;
}

void JoinCells(const std::vector<EdgeCells>& by_limit, int64_t edge_count, Problem& problem) {
  problem.edge_cell_begin.reserve(edge_count + 1);
  problem.edge_cell_begin.push_back(0);
  for (int64_t edge = 0; edge < edge_count; ++edge) {
    for (const EdgeCells& of_limit : by_limit) {
      if (of_limit.cells.empty()) continue;
      const auto begin = of_limit.cells.begin() + static_cast<int64_t>(edge * of_limit.stride);
      for (auto cell = begin; cell != begin + static_cast<int64_t>(of_limit.stride) && cell->present();
           ++cell)
        problem.edge_cell.push_back(*cell);
    }
    problem.edge_cell_begin.push_back(static_cast<int64_t>(problem.edge_cell.size()));
  }
}

void CopyCapacities(const Market& market, Problem& problem) {
  for (int32_t at = 0; at < market.tap_count(); ++at) {
    problem.tap_capacity.push_back(market.tap(TapIndex{at}).capacity);
  }
  for (int32_t at = 0; at < market.offer_count(); ++at) {
    const Offer offer = market.offer(OfferIndex{at});
    problem.offer_capacity.push_back(offer.open_capacity);
    problem.offer_lot.push_back(std::max<Units>(1, offer.lot));
    problem.offer_tap.push_back(market.tap(offer.tap).capacity > 0 ? offer.tap : TapIndex::None());
  }
}

}  // namespace

absl::StatusOr<PosedProblem> PoseProblem(const Market& market, Candidates candidates, const Rules& rules,
                                         absl::Span<const Holding> holdings, Day today,
                                         const std::function<bool()>& stop) {
  PosedProblem posed;
  posed.segments.limits.assign(rules.limits.begin(), rules.limits.end());
  posed.problem.need_demand = NeedDemands(market, candidates);
  const KnownOfRound known{market, candidates, posed.problem.need_demand, holdings, today};
  std::vector<EdgeCells> edge_cells;
  for (int32_t limit = 0; limit < static_cast<int32_t>(rules.limits.size()); ++limit) {
    auto of_limit = AppendLimitCells(known, limit, &posed.segments, &posed.problem.cell_room, stop);
    if (!of_limit.ok()) return of_limit.status();
    edge_cells.push_back(*std::move(of_limit));
  }
  for (EdgeCells& of_rule : AppendReserves(market, candidates, posed.problem.need_demand, rules.reserves,
                                           rules.floors, today, &posed.problem, &posed.kept)) {
    edge_cells.push_back(std::move(of_rule));
  }
  CopyCapacities(market, posed.problem);
  JoinCells(edge_cells, candidates.count(), posed.problem);
  posed.problem.need_edge_begin = std::move(candidates.need_begin);
  posed.problem.edge_offer = std::move(candidates.offer);
  posed.problem.edge_bound = std::move(candidates.bound);
  posed.problem.edge_weight = std::move(candidates.score);
  return posed;
}

}  // namespace ayni::matcher
