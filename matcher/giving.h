// Giving a need's units at once, candidate by candidate, within every capacity and limit that holds then.
#ifndef AYNI_MATCHER_GIVING_H_
#define AYNI_MATCHER_GIVING_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "matcher/candidate.h"
#include "matcher/limit_standing.h"
#include "matcher/market.h"

namespace ayni::matcher {

// A candidate with all that bounds what it may be given now.
struct OpenCandidate {
  Candidate candidate;
  TapIndex tap;
  Units lot = 1;
  // What is left of the TAP's capacity over all its offers; kUnitsMax where it has none of its own.
  Units tap_left = 0;
  std::vector<LimitStanding> standings = {};  // by limit and controller
  // Score less the prices of the offer, the TAP and the cells, in the fixed point of prices; may be negative.
  int64_t bid = 0;
};

// The most units that it could be given if nobody else were: 0, or at least its lot.
Units MostOf(const OpenCandidate& open);

// Units by candidate, given in their order: of each as much as the need still lacks and every bound leaves,
// where that is at least the lot. TAPs and controllers that stand under several candidates are counted once.
// Costs candidates times limits. REQUIRES: all are of one need.
std::vector<Units> Give(Units demand, absl::Span<const OpenCandidate> candidates);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_GIVING_H_
