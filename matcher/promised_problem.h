// A problem in which promises of units to groups of needs are floors: each group's edges share one more cell.
#ifndef AYNI_MATCHER_PROMISED_PROBLEM_H_
#define AYNI_MATCHER_PROMISED_PROBLEM_H_

#include <cstdint>
#include <vector>

#include "matcher/group_gauge.h"
#include "matcher/problem.h"
#include "matcher/solution.h"

namespace ayni::matcher {

class PromisedProblem {
 public:
  // Borrows all for its life. Starts with nothing promised. REQUIRES: the gauge is of shares, and no edge
  // lies in kCellsPerEdgeMax cells. Linear in the problem.
  PromisedProblem(const Problem& problem, const GroupGauge& gauge);

  const Problem& get() const { return promised_; }
  // At a penalty for each unit that is missing, or as much less as the problem can bear.
  void SetPromises(int64_t smallest, int64_t penalty);
  // From here on every edge weighs the same, and no other cell has a floor.
  void ForgetWorth(int32_t weight);
  // By group, in fixed point: what its promise adds to the price of its edges; 0 or less.
  std::vector<int64_t> PromisePrices(const Prices& prices) const;
  Prices WithoutPromises(Prices prices) const;

 private:
  const Problem& problem_;
  const GroupGauge& gauge_;
  Problem promised_;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_PROMISED_PROBLEM_H_
