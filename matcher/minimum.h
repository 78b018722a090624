// The smallest served share over groups of needs: what MAXMIN raises first, and its proof.
//
// The share of a group is the units that its needs are given over the units that they ask for, in parts per
// million, rounded down. Groups that ask for nothing, or that no edge alone could serve, are left out:
// nothing could raise them. Where none is left, the smallest share is 1,000,000.
//
// Proof. Let S_g be what group g asks for, and x_g what it is given. If all shares are at least s, then for
// any weights v_g >= 0 of groups that count
//   s x sum of v_g S_g <= sum of v_g x_g <= B(v),
// with B(v) what any prices prove of the problem in which the edges of group g weigh v_g and no cell has a
// floor, by the formula of the design, section 4. So s <= B(v) / sum of v_g S_g.
//
// Welfare comes second, among the solutions that keep the smallest share that was reached: for a share s,
// that give each group that counts at least p_g = ceil(s S_g / 1,000,000) units, its promise. As x_g - p_g >=
// 0, a price m_g <= 0 of the promise adds m_g p_g to the bound and m_g to what the edges of the group pay.
#ifndef AYNI_MATCHER_MINIMUM_H_
#define AYNI_MATCHER_MINIMUM_H_

#include <cstdint>
#include <vector>

#include "matcher/index.h"
#include "matcher/problem.h"
#include "matcher/solution.h"

namespace ayni::matcher {

inline constexpr int64_t kShareMax = 1'000'000;

// Which needs count together.
struct NeedGroups {
  int32_t count = 0;
  std::vector<int32_t> need_group;  // by NeedIndex: 0 to count - 1
};

struct MinimumProof {
  std::vector<int64_t> group_weight;  // v by group: 0..kWeightMax
  Prices prices;                      // none negative
};

struct Minimum {
  int64_t share = 0;        // the smallest that was reached
  int64_t upper_bound = 0;  // no solution has a smallest share above it
  MinimumProof proof;
  std::vector<int64_t> promise_price;  // m by group, in fixed point: -kPriceMax..0
};

// Each need a group of its own.
NeedGroups EachNeed(const Problem& problem);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_MINIMUM_H_
