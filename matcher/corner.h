// A corner of the linear programme over the near edges of a problem.
//
// Near edges alone leave prices undecided: a price keeps edges away that are not near for that very reason.
// So each row has a buyer for a sliver of its room, at a little less than the price that it had.
#ifndef AYNI_MATCHER_CORNER_H_
#define AYNI_MATCHER_CORNER_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "matcher/near.h"
#include "matcher/problem.h"
#include "matcher/slots.h"

namespace ayni::matcher {

// In units of weight.
struct CornerPrices {
  std::vector<double> resource;
  std::vector<double> need;
};

struct CornerEffort {
  bool part_ties = true;  // begins with weights a little apart, by
  uint64_t seed = 0;
  int64_t work_max = 0;  // entries of vectors that are looked at
};

struct Corner {
  std::vector<double> units;  // of each near edge: whole but for slivers, where the corner is
  double value = 0;           // that the prices prove of the near edges alone
  CornerPrices prices;        // those of needs without an edge to choose from are 0
  // Not so where the work ran out or `stop` said so: units may then break constraints.
  bool optimal = false;
};

// The search begins at `start`; prices that near edges
// leave undecided stay `below` under those of `kept`.
Corner FindCorner(const Problem& problem, const Slots& slots, const NearEdges& near,
                  const CornerPrices& start, const CornerPrices& kept, double below,
                  const CornerEffort& effort, const std::function<bool()>& stop);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_CORNER_H_
