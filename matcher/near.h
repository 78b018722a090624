// The near edges of a problem: under good prices an edge of much slack is in no solution near the bound, and
// what is left is a twentieth of a market.
#ifndef AYNI_MATCHER_NEAR_H_
#define AYNI_MATCHER_NEAR_H_

#include <cstdint>
#include <vector>

#include "matcher/problem.h"
#include "matcher/slots.h"
#include "matcher/solution.h"

namespace ayni::matcher {

// Ascending by edge.
struct NearEdges {
  std::vector<int64_t> edge;
  std::vector<int32_t> need;  // of each

  int32_t count() const { return static_cast<int32_t>(edge.size()); }
};

// Edges of a slack up to `slack_max`, in fixed point, under the prices. Linear in the size of the problem.
NearEdges FindNearEdges(const Problem& problem, const Slots& slots, const Prices& prices, int64_t slack_max);

// Adds the edges of a slack up to `slack_max` under the prices. Whether one of them has none: then it may be
// what keeps its need's price up, where the near edges would have left it lower.
bool AddMissed(const Problem& problem, const Slots& slots, const Prices& prices, int64_t slack_max,
               NearEdges& near);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_NEAR_H_
