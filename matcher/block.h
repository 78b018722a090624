// Small blocks of a clearing problem, solved exactly by branch and bound on linear programmes.
//
// A block is a set of edges with the needs and resources that they use, and no other edge with units uses.
// Because every constraint is a packing, rounding an optimum of the linear programme down is feasible, and so
// is any lower bound on units that leaves no room negative: a node's programme is that of what its bounds
// leave. Floors keep it so: what they lack is paid for.
#ifndef AYNI_MATCHER_BLOCK_H_
#define AYNI_MATCHER_BLOCK_H_

#include <cstdint>
#include <functional>
#include <limits>
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
// linear in the size of the problem; none where `stop` said so.
std::vector<Block> SmallComponents(const Problem& problem, const Slots& slots, int64_t edges_max,
                                   const std::function<bool()>& stop);

struct BlockOptimum {
  std::vector<Units> units;            // by position in block.edges; feasible in the block
  std::vector<double> resource_price;  // by position in block.resources; of the programme without lots
  // The units are the best there are, or none are worth more than the value to beat: not so where the work
  // ran out or `stop` said so.
  bool exact = false;
};

// What the block is worth without any units: less the penalties of its resources' floors.
int64_t EmptyValue(const Slots& slots, const Block& block);

struct BlockStart {
  // No units are wanted that are not worth more in the block; the empty value where it is less.
  int64_t to_beat = std::numeric_limits<int64_t>::min();
  // Of needs, then of resources, thought to be near those of the linear programme; none where empty.
  std::vector<double> price = {};
  uint64_t seed = 0;  // which of equal units are found
};

// At most about `work_max` entries of vectors are looked at.
BlockOptimum SolveBlock(const Problem& problem, const Slots& slots, const Block& block, int64_t work_max,
                        const std::function<bool()>& stop, const BlockStart& start = {});

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_BLOCK_H_
