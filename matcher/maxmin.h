// MAXMIN: the smallest served share over groups of needs as great as can be, then welfare.
#ifndef AYNI_MATCHER_MAXMIN_H_
#define AYNI_MATCHER_MAXMIN_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "matcher/clear.h"
#include "matcher/minimum.h"
#include "matcher/problem.h"

namespace ayni::matcher {

struct MaxminClearing {
  Clearing clearing;  // value and bound among the solutions that keep the minimum's share
  Minimum minimum;
};

// A feasible solution with both proofs, always. `options` as Clear has them, without warm prices; the target
// gap is that of welfare. VerifyMinimum and VerifyPromised find the same shares, value and bounds.
//
// The share is searched for by halves between the greatest that was reached and the least that was not: each
// step clears the problem with the promises of a share as floors, at a penalty above every weight, and where
// they are not reached, once more with the prices of the promises as weights, which bounds the share. At most
// 20 steps, fewer where demands are small, each with short chains. Whole units may keep the share that is
// reached far below its bound: who asks for two units is given none, one or both. Told to stop while it
// searches for the share, it has no more welfare than what reached the share that it has.
//
// InvalidArgument as Clear has it, where an edge lies in kCellsPerEdgeMax cells (the search needs one), where
// demands of a group come to more than kUnitsMax, or where the groups do not fit the problem. Pure.
absl::StatusOr<MaxminClearing> ClearMaxmin(const Problem& problem, const NeedGroups& groups,
                                           const ClearOptions& options = {});

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_MAXMIN_H_
