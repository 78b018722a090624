// A solution as somebody states it, line by line, and what a check of it says of which line.
#ifndef AYNI_MATCHER_STATED_SOLUTION_H_
#define AYNI_MATCHER_STATED_SOLUTION_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "matcher/minimum.h"
#include "matcher/problem.h"
#include "matcher/solution.h"
#include "matcher/verify.h"

namespace ayni::matcher {

struct StatedSolution {
  // Where something stands: the position of an edge, need, offer, TAP or cell in the problem, and its line.
  struct At {
    int64_t index;
    int64_t line;
  };
  Solution solution;
  std::vector<At> edge_lines;  // in the order of the lines, as below
  std::vector<At> need_price_lines, offer_price_lines, tap_price_lines, cell_price_lines;
  int64_t value = 0;
  int64_t upper_bound = 0;
  int64_t value_line = 0;  // of both
  // Of a solution that raises the smallest first; 0 and empty of others.
  int64_t minimum_line = 0;
  bool over_groups = false;  // the problem's; else over needs
  Minimum minimum;
};

// Verify, or VerifyPromised and VerifyMinimum where a smallest share or score sum is stated; and that what
// they find is what is stated. `groups`: the problem's, where it has some. InvalidArgument begins with the
// line that is wrong, and names what it breaks by the ids of the text (from 1) and by how much:
//   12: offer 7 has 9 units, 2 more than its capacity of 7; this line is the first above it
// REQUIRES: Validate(problem) is OK, and the solution's columns are as long as the problem's.
absl::StatusOr<Certificate> VerifyStated(const Problem& problem, const NeedGroups& groups,
                                         const StatedSolution& stated);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_STATED_SOLUTION_H_
