// The clearing problem as COIN-OR solves it: the oracle of the engine's tests, and a peer in its benchmark.
#ifndef AYNI_TESTS_MATCHER_LINEAR_PROGRAMME_H_
#define AYNI_TESTS_MATCHER_LINEAR_PROGRAMME_H_

#include <cstdint>

#include "matcher/problem.h"

namespace ayni::matcher {

// Of CLP: its dual simplex (which its presolve makes neither faster nor slower here), or its presolve,
// barrier and crossover.
enum class LinearMethod { kDual, kBarrier };

// The optimum without whole numbers and lots, floors included.
double LinearOptimum(const Problem& problem, LinearMethod method = LinearMethod::kDual);

// The optimum in whole units, lots and floors included, by CBC's bare branch and bound.
int64_t WholeOptimum(const Problem& problem);

struct WholeSearch {
  double value = 0;
  double upper_bound = 0;
};

// What CBC finds with the presolve, cuts and heuristics of its own program, until its gap is at most `gap` (a
// fraction) or the seconds are over.
WholeSearch SearchWhole(const Problem& problem, double gap, double seconds_max);

}  // namespace ayni::matcher

#endif  // AYNI_TESTS_MATCHER_LINEAR_PROGRAMME_H_
