// The clearing problem by trying everything: an oracle with nothing in it to get wrong.
#ifndef AYNI_TESTS_MATCHER_BRUTE_FORCE_H_
#define AYNI_TESTS_MATCHER_BRUTE_FORCE_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "matcher/problem.h"

namespace ayni::matcher {

// Visits the units, by edge, of every solution. Costs the product of (bound + 1) over all edges.
void ForEachSolution(const Problem& problem, const std::function<void(const std::vector<Units>&)>& visit);

// The greatest value, lots and floors included. Costs as much as ForEachSolution.
int64_t BruteForceOptimum(const Problem& problem);

// Whether the units, by edge, keep every constraint: the definition, constraint by constraint.
bool IsFeasible(const Problem& problem, const std::vector<Units>& edge_units);

}  // namespace ayni::matcher

#endif  // AYNI_TESTS_MATCHER_BRUTE_FORCE_H_
