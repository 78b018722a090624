// The columns of a round in the order in which its digests have them: services/round/README.md.
#ifndef AYNI_SERVICES_BUNDLE_ROUND_COLUMNS_H_
#define AYNI_SERVICES_BUNDLE_ROUND_COLUMNS_H_

#include <cstdint>
#include <vector>

#include "matcher/minimum.h"
#include "matcher/problem.h"
#include "matcher/solution.h"

namespace ayni::services {

inline constexpr char kProblemTitle[] = "ayni problem v1\n";
inline constexpr char kSolutionTitle[] = "ayni solution v1\n";
inline constexpr char kMaxminProblemTitle[] = "ayni maxmin problem v2\n";
inline constexpr char kMaxminSolutionTitle[] = "ayni maxmin solution v1\n";
inline constexpr char kMarketTitle[] = "ayni market v1\n";

inline int64_t NumberOf(int64_t number) { return number; }
template <typename Tag>
int64_t NumberOf(matcher::Index<Tag> index) {
  return index.value;
}

// Of each: `visit(name, column)` for every column. Problem and solution may be const or not.
template <typename ProblemLike, typename Visit>
void VisitProblem(ProblemLike& problem, Visit&& visit) {
  visit("need_demand", problem.need_demand);
  visit("offer_capacity", problem.offer_capacity);
  visit("offer_tap", problem.offer_tap);
  visit("offer_lot", problem.offer_lot);
  visit("tap_capacity", problem.tap_capacity);
  visit("cell_room", problem.cell_room);
  visit("need_edge_begin", problem.need_edge_begin);
  visit("edge_offer", problem.edge_offer);
  visit("edge_bound", problem.edge_bound);
  visit("edge_weight", problem.edge_weight);
  visit("edge_cell_begin", problem.edge_cell_begin);
  visit("edge_cell", problem.edge_cell);
}

template <typename ProblemLike, typename Visit>
void VisitFloors(ProblemLike& problem, Visit&& visit) {
  visit("cell_floor", problem.cell_floor);
  visit("cell_penalty", problem.cell_penalty);
}

template <typename PricesLike, typename Visit>
void VisitPrices(PricesLike& prices, Visit&& visit) {
  visit("need_price", prices.need);
  visit("offer_price", prices.offer);
  visit("tap_price", prices.tap);
  visit("cell_price", prices.cell);
}

template <typename SolutionLike, typename Visit>
void VisitSolution(SolutionLike& solution, Visit&& visit) {
  visit("edge_units", solution.edge_units);
  VisitPrices(solution.prices, visit);
}

template <typename MinimumLike, typename Visit>
void VisitMinimum(MinimumLike& minimum, Visit&& visit) {
  visit("promise_price", minimum.promise_price);
  visit("share_weight", minimum.proof.group_weight);
  visit("need_share_price", minimum.proof.prices.need);
  visit("offer_share_price", minimum.proof.prices.offer);
  visit("tap_share_price", minimum.proof.prices.tap);
  visit("cell_share_price", minimum.proof.prices.cell);
}

// maxmin_measure: 1, the served share; 2, the score sum.
inline int64_t MeasureNumber(matcher::Measure measure) {
  return measure == matcher::Measure::kServedShare ? 1 : 2;
}

}  // namespace ayni::services

#endif  // AYNI_SERVICES_BUNDLE_ROUND_COLUMNS_H_
