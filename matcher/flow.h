// The very best units and prices of a problem whose resources nest, from prices that are nearly right.
//
// The start's prices, in whole units of weight, name the near edges and what each need chooses; what is then
// too much or too little of a resource goes along cheapest paths, and prices with it (flow_balance.h). The
// edges that these make worth taking are added, and so on until there are none.
#ifndef AYNI_MATCHER_FLOW_H_
#define AYNI_MATCHER_FLOW_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "matcher/assignment.h"
#include "matcher/forest.h"
#include "matcher/problem.h"
#include "matcher/proof.h"
#include "matcher/slots.h"
#include "matcher/workers.h"

namespace ayni::matcher {

struct BestFlow {
  Proof proof;  // of a bound that is the value of the units
  std::vector<std::pair<NeedEdge, Units>> units;
};

// Nothing where so many edges are near that weights must tie, where the work grows out of proportion, or
// where `stop` said so.
std::optional<BestFlow> FindBestFlow(const Problem& problem, const Slots& slots, const Forest& forest,
                                     Workers& workers, const Prices& start,
                                     const std::function<bool()>& stop);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_FLOW_H_
