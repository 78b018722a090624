// The clearing problem as COIN-OR solves it: the oracle of the engine's tests, and a peer in its benchmark.
#ifndef AYNI_TESTS_MATCHER_LINEAR_PROGRAMME_H_
#define AYNI_TESTS_MATCHER_LINEAR_PROGRAMME_H_

#include <cstdint>

#include "matcher/problem.h"

namespace ayni::matcher {

// The optimum without whole numbers and lots, floors included, by CLP's dual simplex.
double LinearOptimum(const Problem& problem);

// The optimum in whole units, lots and floors included, by CBC.
int64_t WholeOptimum(const Problem& problem);

}  // namespace ayni::matcher

#endif  // AYNI_TESTS_MATCHER_LINEAR_PROGRAMME_H_
