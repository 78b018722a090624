// The clearing problem by trying everything: an oracle with nothing in it to get wrong.
#ifndef AYNI_TESTS_MATCHER_BRUTE_FORCE_H_
#define AYNI_TESTS_MATCHER_BRUTE_FORCE_H_

#include <cstdint>
#include <vector>

#include "matcher/problem.h"

namespace ayni::matcher {

// The greatest value, lots and floors included. Costs the product of (bound + 1) over all edges.
int64_t BruteForceOptimum(const Problem& problem);

// Whether the units, by edge, keep every constraint: the definition, constraint by constraint.
bool IsFeasible(const Problem& problem, const std::vector<Units>& edge_units);

}  // namespace ayni::matcher

#endif  // AYNI_TESTS_MATCHER_BRUTE_FORCE_H_
