// The smallest that any group of needs gets: what MAXMIN raises first, and its proof.
//
// Measures. The share of a group is the units that its needs are given over the units that they ask for, in
// parts per million, rounded down; its score sum is the sum of weight x units over its edges. Groups that ask
// for nothing, or that no edge alone could serve, are left out: nothing could raise them. Where none is left,
// the smallest share is 1,000,000 and the smallest score sum 0.
//
// Promises. If the smallest share is s > 0, each group g that counts is given at least
//   p_g(s) = max(ceil(s S_g / 1,000,000), L_g) units,
// with S_g what it asks for and L_g the smallest lot among the edges that could serve it. If the smallest
// score sum is s, the score sum of each is at least p_g(s) = s. What edge e of the group adds to that is c_e:
// 1 of a share, its weight of a score sum.
//
// Proof. For any weights v_g >= 0 of groups that count and any s that can be reached,
//   sum of v_g p_g(s) <= sum of v_g c_e x_e <= B(v),
// with B(v) what any prices prove of the problem in which edge e of group g weighs v_g c_e, rounded up to
// fixed point, and no cell has a floor, by the formula of the design, section 4. The bound is the largest s
// for which that holds; p_g does not fall with s.
//
// Welfare comes second, among the solutions that keep the promises of the smallest that was reached. As the
// sum of c_e x_e less p_g is not negative, a price m_g <= 0 of the promise adds m_g p_g to the bound and m_g
// c_e to what the edges of the group pay.
#ifndef AYNI_MATCHER_MINIMUM_H_
#define AYNI_MATCHER_MINIMUM_H_

#include <cstdint>
#include <vector>

#include "matcher/index.h"
#include "matcher/problem.h"
#include "matcher/solution.h"

namespace ayni::matcher {

inline constexpr int64_t kShareMax = 1'000'000;

enum class Measure : uint8_t { kServedShare, kScoreSum };

// Which needs count together.
struct NeedGroups {
  int32_t count = 0;
  std::vector<int32_t> need_group;  // by NeedIndex: 0 to count - 1
  friend bool operator==(const NeedGroups&, const NeedGroups&) = default;
};

struct MinimumProof {
  std::vector<int64_t> group_weight;  // v by group, times GroupWeightScale(measure): 0..kWeightMax
  Prices prices;                      // none negative
};

// A group's weight of 1: an edge of the proof may weigh what edges do.
inline constexpr int64_t kScoreWeightScale = kWeightMax;
constexpr int64_t GroupWeightScale(Measure measure) {
  return measure == Measure::kServedShare ? 1 : kScoreWeightScale;
}
// Of a promise, in fixed point; of a score sum it is for each unit of score.
inline constexpr int64_t kSharePromisePriceLeast = -kPriceMax;
inline constexpr int64_t kScorePromisePriceLeast = -kWeightMax * kPriceScale;
constexpr int64_t PromisePriceLeast(Measure measure) {
  return measure == Measure::kServedShare ? kSharePromisePriceLeast : kScorePromisePriceLeast;
}

struct Minimum {
  Measure measure = Measure::kServedShare;
  int64_t smallest = 0;     // that was reached: in parts per million, or a score sum
  int64_t upper_bound = 0;  // no solution has a greater one
  MinimumProof proof;
  std::vector<int64_t> promise_price;  // m by group, in fixed point: PromisePriceLeast(measure)..0
};

// Each need a group of its own.
NeedGroups EachNeed(const Problem& problem);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_MINIMUM_H_
