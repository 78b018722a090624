// From a market, its candidates and the policy's limits to the clearing problem.
#ifndef AYNI_MATCHER_LIMIT_PROBLEM_H_
#define AYNI_MATCHER_LIMIT_PROBLEM_H_

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "matcher/candidate.h"
#include "matcher/limit.h"
#include "matcher/market.h"
#include "matcher/problem.h"
#include "matcher/reserve.h"

namespace ayni::matcher {

// Needs, offers and TAPs of the problem are those of the market, index by index; its edges are the
// candidates. A need's demand is what its candidates can serve. Where all demands together pass
// kTotalDemandMax, the largest are held to a level at which they fit: whoever posts vast needs can't keep
// others from being cleared.
struct PosedProblem {
  Problem problem;
  SegmentTable segments;
  std::vector<Kept> kept;  // in the order of their cells, which are the last
};

// What a policy asks of a round's matches together.
struct Rules {
  absl::Span<const Limit> limits;
  absl::Span<const Reserve> reserves = {};
  absl::Span<const Floor> floors = {};
};

// Takes the candidates' columns over. Linear in candidates times limits, plus sorting the segments. `stop` is
// asked at every segment; Cancelled where it said so. REQUIRES: rules pass Validate; the candidates are of
// this market; every TAP of an offer has a party and a group; holdings name rows of the market.
absl::StatusOr<PosedProblem> PoseProblem(
    const Market& market, Candidates candidates, const Rules& rules, absl::Span<const Holding> holdings,
    Day today, const std::function<bool()>& stop = [] { return false; });

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_LIMIT_PROBLEM_H_
