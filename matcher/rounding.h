// From fractions to whole numbers, and from doubles to fixed point.
#ifndef AYNI_MATCHER_ROUNDING_H_
#define AYNI_MATCHER_ROUNDING_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "matcher/assignment.h"
#include "matcher/dual.h"
#include "matcher/problem.h"
#include "matcher/slots.h"
#include "matcher/solution.h"

namespace ayni::matcher {

// A number that depends on nothing but the seed and the key: which of two that are otherwise equal comes
// first.
uint64_t TieOf(uint64_t seed, int64_t key);

// Gives edges the nearest whole part of what their needs chose, as far as there is room, the most decided
// needs first. Ends early when `stop` says so.
void RoundChoices(const Problem& problem, const std::vector<Choice>& choices, uint64_t seed,
                  const std::function<bool()>& stop, Assignment& assignment);

// Fixed-point prices for all of the problem from prices of its resources: each need's own price is the one
// that makes the bound least. Linear in the size of the problem, with a sort of each need's edges.
Prices RoundPrices(const Problem& problem, const Slots& slots, const std::vector<double>& resource_prices);

// What the prices prove, rounded down, as the design has it; INT64_MAX where it is greater. Verify computes
// it anew, in code of its own.
int64_t Bound(const Problem& problem, const Slots& slots, const Prices& prices);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_ROUNDING_H_
