#include "matcher/minimum_proof.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "matcher/invariant.h"
#include "matcher/verify.h"

namespace ayni::matcher {
namespace {

int64_t WorthOf(const GroupGauge& gauge, int64_t group_weight, int64_t edge, int64_t unit) {
  const int64_t scale = GroupWeightScale(gauge.measure());
  return (group_weight * gauge.OfUnit(edge) * unit + scale - 1) / scale;
}

// Those that weigh nothing get the least weight and no need that asks for them.
Problem Weighed(const Problem& problem, const GroupGauge& gauge, const std::vector<int64_t>& group_weight) {
  Problem weighed = problem;
  weighed.cell_floor.clear();
  weighed.cell_penalty.clear();
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    const int64_t weight = group_weight[gauge.groups().need_group[n]];
    if (weight == 0) weighed.need_demand[n] = 0;
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      weighed.edge_weight[e] = static_cast<int32_t>(std::max<int64_t>(1, WorthOf(gauge, weight, e, 1)));
    }
  }
  return weighed;
}

}  // namespace

int64_t ResourcePriceOf(const Problem& problem, const Prices& prices, int64_t edge) {
  const size_t offer = problem.edge_offer[edge].at();
  const TapIndex tap = problem.offer_tap[offer];
  int64_t price = prices.offer[offer] + (tap.present() ? prices.tap[tap.at()] : 0);
  for (int64_t i = problem.edge_cell_begin[edge]; i < problem.edge_cell_begin[edge + 1]; ++i) {
    price += prices.cell[problem.edge_cell[i].at()];
  }
  return price;
}

std::vector<int64_t> BestNeedPrices(const Problem& problem, const std::vector<int64_t>& worth) {
  std::vector<int64_t> prices(problem.need_demand.size(), 0);
  std::vector<std::pair<int64_t, Units>> by_worth;
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    by_worth.clear();
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      if (worth[e] > 0) by_worth.emplace_back(worth[e], problem.edge_bound[e]);
    }
    std::sort(by_worth.begin(), by_worth.end(), std::greater<>());
    // A higher price costs the demand and saves the bounds of the edges above it.
    Units left = problem.need_demand[n];
    for (const auto& [most, bound] : by_worth) {
      left -= bound;
      if (left > 0) continue;
      prices[n] = most;
      break;
    }
  }
  return prices;
}

ProvedMinimum ProveMinimum(const Problem& problem, const GroupGauge& gauge, std::vector<int64_t> group_weight,
                           const ClearOptions& options) {
  for (size_t g = 0; g < group_weight.size(); ++g) {
    if (!gauge.Counts(static_cast<int32_t>(g))) group_weight[g] = 0;
  }
  absl::StatusOr<Clearing> clearing = Clear(Weighed(problem, gauge, group_weight), options);
  INVARIANT(clearing.ok(), clearing.status().ToString());
  ProvedMinimum proved;
  proved.units = std::move(clearing->solution.edge_units);
  proved.proof.prices = std::move(clearing->solution.prices);
  std::vector<int64_t> worth(problem.edge_offer.size(), 0);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    const int64_t weight = group_weight[gauge.groups().need_group[n]];
    if (weight == 0) continue;
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      worth[e] = WorthOf(gauge, weight, e, kPriceScale) - ResourcePriceOf(problem, proved.proof.prices, e);
    }
  }
  proved.proof.prices.need = BestNeedPrices(problem, worth);
  proved.proof.group_weight = std::move(group_weight);
  const absl::StatusOr<MinimumCertificate> certificate =
      VerifyMinimum(problem, gauge.groups(), gauge.measure(), proved.units, proved.proof);
  INVARIANT(certificate.ok(), certificate.status().ToString());
  proved.upper_bound = certificate->upper_bound;
  return proved;
}

}  // namespace ayni::matcher
