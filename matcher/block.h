// Small blocks of a clearing problem, solved exactly by branch and bound on linear programmes.
//
// A block is a set of edges with the needs and resources that they use, and no other edge uses. Because every
// constraint is a packing, rounding an optimum of the linear programme down is feasible, and so is any lower
// bound on units that leaves no room negative: a node's programme is that of what its bounds leave. Floors
// keep it so: more units never earn less of their penalties.
#ifndef AYNI_MATCHER_BLOCK_H_
#define AYNI_MATCHER_BLOCK_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "matcher/problem.h"
#include "matcher/slots.h"

namespace ayni::matcher {

struct Block {
  std::vector<int32_t> needs;
  std::vector<int32_t> resources;
  std::vector<int64_t> edges;  // ascending
};

// The connected components of the problem that have 1 to `edges_max` edges, by their first need. Nearly
// linear in the size of the problem.
std::vector<Block> SmallComponents(const Problem& problem, const Slots& slots, int64_t edges_max);

struct BlockOptimum {
  std::vector<Units> units;            // by position in block.edges; feasible in the block
  std::vector<double> resource_price;  // by position in block.resources; of the programme without lots
  // The units are the best there are: not so where the work ran out or `stop` said so.
  bool exact = false;
};

// At most about `work_max` operations on tableaux.
BlockOptimum SolveBlock(const Problem& problem, const Slots& slots, const Block& block, int64_t work_max,
                        const std::function<bool()>& stop);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_BLOCK_H_
