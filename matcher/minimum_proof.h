// What weights of groups prove of the smallest that they get: one clearing, and the prices that it ends with.
#ifndef AYNI_MATCHER_MINIMUM_PROOF_H_
#define AYNI_MATCHER_MINIMUM_PROOF_H_

#include <cstdint>
#include <vector>

#include "matcher/clear.h"
#include "matcher/group_gauge.h"
#include "matcher/minimum.h"
#include "matcher/problem.h"

namespace ayni::matcher {

struct ProvedMinimum {
  MinimumProof proof;
  int64_t upper_bound = 0;   // as VerifyMinimum finds it
  std::vector<Units> units;  // by edge: those of the clearing; feasible
};

// Clears the problem in which an edge weighs its group's weight times what a unit of it adds to the group,
// for those groups that have a weight and count. REQUIRES: one weight a group, 0..kWeightMax; no warm prices
// or units.
ProvedMinimum ProveMinimum(const Problem& problem, const GroupGauge& gauge, std::vector<int64_t> group_weight,
                           const ClearOptions& options);

// By need, the price that makes a bound least, where edge e of the need is worth `worth[e]` above the prices
// of its offer, its TAP and its cells, in fixed point; never negative.
std::vector<int64_t> BestNeedPrices(const Problem& problem, const std::vector<int64_t>& worth);

// What the edge pays besides its need's price.
int64_t ResourcePriceOf(const Problem& problem, const Prices& prices, int64_t edge);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_MINIMUM_PROOF_H_
