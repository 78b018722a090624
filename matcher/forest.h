// Whether the resources of a problem nest, as offers in TAPs and TAPs in cells do where there is one level of
// limits: then the problem is a flow, from needs along edges and up a forest.
#ifndef AYNI_MATCHER_FOREST_H_
#define AYNI_MATCHER_FOREST_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "matcher/slots.h"

namespace ayni::matcher {

struct Forest {
  std::vector<int32_t> parent;  // by resource; -1 for roots, and for what no slot has
  std::vector<int32_t> entry;   // by slot: the innermost of its resources; -1 where it has none
};

// Nothing where two resources share edges and neither has all of the other's, or where there are lots or
// floors. Nearly linear in the slots' resources.
std::optional<Forest> FindForest(const Slots& slots);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_FOREST_H_
