// Checks a solution without trusting whoever found it. Shares no code with the solver.
#ifndef AYNI_MATCHER_VERIFY_H_
#define AYNI_MATCHER_VERIFY_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "matcher/problem.h"
#include "matcher/solution.h"

namespace ayni::matcher {

struct Certificate {
  int64_t value = 0;        // sum of weight x units
  int64_t upper_bound = 0;  // no solution of the problem has a greater value
  // (upper_bound - value) / upper_bound in parts per million, rounded up; 0 where both are 0.
  int64_t gap_ppm = 0;
};

// The value of `solution` and the bound that its prices prove, by the formula of the design, section 4:
//   sum d a + sum c b + sum T t + sum room l + sum over edges of bound x max(0, w - a - b - t - sum l).
// InvalidArgument, naming the constraint and by how much it is broken, when the solution is not feasible, and
// when a price is missing, negative or above kPriceMax. The bound holds without lots, hence
// also with them. Values are whole, so it is rounded down; INT64_MAX where it is greater.
//
// One pass, linear in the size of the problem. Pure; thread-safe. REQUIRES: Validate(problem) is OK.
absl::StatusOr<Certificate> Verify(const Problem& problem, const Solution& solution);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_VERIFY_H_
