// Searches for the greatest smallest share or score sum, and for what proves that there is none greater.
#ifndef AYNI_MATCHER_MINIMUM_SEARCH_H_
#define AYNI_MATCHER_MINIMUM_SEARCH_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "matcher/clear.h"
#include "matcher/group_gauge.h"
#include "matcher/minimum.h"
#include "matcher/problem.h"

namespace ayni::matcher {

struct FoundMinimum {
  int64_t smallest = 0;
  int64_t upper_bound = 0;  // as VerifyMinimum finds it
  MinimumProof proof;
  std::vector<Units> units;  // by edge: those that reach it, and are worth most of these
  bool stopped = false;
};

struct MinimumSearchOptions {
  // Called whenever one of the two has become better.
  std::function<void(int64_t smallest, int64_t upper_bound)> tell = [](int64_t, int64_t) {};
  // By edge, feasible: where the search begins; a clearing for welfare where empty.
  std::vector<Units> start = {};
  // Whether the whole is cleared for the smallest too, where raising groups and looking at those that are
  // hard to serve leaves it below its bound.
  bool clears = true;
  // The search is of the groups that are hard to serve alone: no smaller part of it is looked at.
  bool is_part = false;
};

// Uses seed, threads and stop of `options`. Units are always feasible and the bound always proved.
// clearing.md has the method.
FoundMinimum SearchMinimum(const Problem& problem, const GroupGauge& gauge, const ClearOptions& options,
                           MinimumSearchOptions search_options = {});

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_MINIMUM_SEARCH_H_
