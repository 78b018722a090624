// From prices of resources in doubles to prices of everything in fixed point, and what they prove.
#ifndef AYNI_MATCHER_PROOF_H_
#define AYNI_MATCHER_PROOF_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "matcher/problem.h"
#include "matcher/slots.h"
#include "matcher/solution.h"
#include "matcher/workers.h"

namespace ayni::matcher {

struct Proof {
  Prices prices;
  // As the design has it, rounded down; INT64_MAX where it is greater. Verify computes it anew, in code of
  // its own.
  int64_t bound = 0;
};

// Each need's own price is the one that makes the bound least. Sums are whole numbers. Linear in the size of
// the problem; nothing where `stop` said so.
std::optional<Proof> Prove(const Problem& problem, const Slots& slots, Workers& workers,
                           const std::vector<double>& resource_prices, const std::function<bool()>& stop);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_PROOF_H_
