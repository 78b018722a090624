// From fractions to whole numbers.
#ifndef AYNI_MATCHER_ROUNDING_H_
#define AYNI_MATCHER_ROUNDING_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "matcher/assignment.h"
#include "matcher/dual.h"
#include "matcher/problem.h"
#include "matcher/slots.h"

namespace ayni::matcher {

// A number that depends on nothing but the seed and the key: which of two that are otherwise equal comes
// first.
uint64_t TieOf(uint64_t seed, int64_t key);

// Gives edges the nearest whole part of what their needs chose, as far as there is room, the most decided
// needs first. Ends early when `stop` says so.
void RoundChoices(const Problem& problem, const std::vector<Choice>& choices, uint64_t seed,
                  const std::function<bool()>& stop, Assignment& assignment);

// Gives each need in turn its heaviest edges as far as there is room, a million edges at most. Asks nobody,
// and costs little: for who is told to stop before anything was matched.
void FillByWeight(const Problem& problem, Assignment& assignment);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_ROUNDING_H_
