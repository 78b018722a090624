// MAXMIN: the smallest share or score sum of groups of needs as great as can be, then welfare.
#ifndef AYNI_MATCHER_MAXMIN_H_
#define AYNI_MATCHER_MAXMIN_H_

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "matcher/clear.h"
#include "matcher/minimum.h"
#include "matcher/problem.h"

namespace ayni::matcher {

struct MaxminProgress {
  int64_t smallest = 0;     // that was reached so far: a share in parts per million, or a score sum
  int64_t upper_bound = 0;  // the least proved so far
};

struct MaxminOptions {
  Measure measure = Measure::kServedShare;
  // Told on the calling thread whenever one of the two has become better. Value and bound of welfare are told
  // by ClearOptions::progress once its turn has come.
  std::function<void(const MaxminProgress&)> progress = [](const MaxminProgress&) {};
};

struct MaxminClearing {
  Clearing clearing;  // value and bound among the solutions that keep the promises of the smallest
  Minimum minimum;
};

// A feasible solution with both proofs, always. `options` as Clear has them, without warm prices or units;
// the target gap is that of welfare. VerifyMinimum and VerifyPromised find the same smallest, value and
// bounds.
//
// Whole units and lots may keep what is reached below its bound. Told to stop while it searches for the
// smallest, it has no more welfare than what reached the smallest that it has. clearing.md has the method.
//
// InvalidArgument as Clear has it, where the measure is the share and an edge lies in kCellsPerEdgeMax cells
// (the search needs one), where demands of a group come to more than kUnitsMax, or where the groups do not
// fit the problem. Pure.
absl::StatusOr<MaxminClearing> ClearMaxmin(const Problem& problem, const NeedGroups& groups,
                                           const ClearOptions& options = {},
                                           const MaxminOptions& maxmin_options = {});

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_MAXMIN_H_
