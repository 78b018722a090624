// How needs spread their demand over the edges of a shortlist: the inner loop of the search for prices.
#ifndef AYNI_MATCHER_SPREAD_H_
#define AYNI_MATCHER_SPREAD_H_

#include <vector>

#include "matcher/shortlist.h"

namespace ayni::matcher {

// A share of less than e^-kNegligible moves no price.
inline constexpr double kNegligible = 14;

// At a temperature T each need gives an edge units in proportion to exp(gain / T), gain being weight less
// price, beside staying unmatched at gain 0; an edge that would get more than its bound gets its bound, and
// the others share the rest.
//
// Adds the units to slot_wanted (by slot of the list, and one more for edges that are none; so slot_price,
// whose last must be kNeverPaid), and returns what the needs could gain at most, units in whole, at these
// prices. `shares`, where not nullptr, gets the units by entry of list.slot.
//
// Runs on the widest vectors that the processor has. Each lane is computed alone and by +, -, x, / only, so
// that the same bytes come from all of them.
double Spread(const Shortlist& list, const float* slot_price, double temperature, float* slot_wanted,
              float* shares);

inline constexpr float kNeverPaid = 1e9f;

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_SPREAD_H_
