#include "matcher/block.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "matcher/workers.h"
#include "tests/matcher/linear_programme.h"
#include "tests/matcher/random_problem.h"

namespace ayni::matcher {
namespace {

constexpr int64_t kWorkMax = 50'000'000;

// Less the penalties of what floors lack.
int64_t Value(const Problem& problem, const Slots& slots, const Block& block, const BlockOptimum& optimum) {
  int64_t value = 0;
  std::vector<Units> held(slots.resource_count(), 0);
  for (size_t i = 0; i < block.edges.size(); ++i) {
    for (const int32_t r : slots.resources(slots.edge_slot[block.edges[i]])) held[r] += optimum.units[i];
  }
  for (const int32_t r : block.resources) {
    value -= slots.penalty(r) * std::max<Units>(0, slots.floor(r) - held[r]);
  }
  for (size_t i = 0; i < block.edges.size(); ++i)
    value += problem.edge_weight[block.edges[i]] * optimum.units[i];
  return value;
}

Problem WithoutEdges(Problem problem) {
  problem.need_edge_begin.assign(problem.need_edge_begin.size(), 0);
  problem.edge_offer.clear();
  problem.edge_bound.clear();
  problem.edge_weight.clear();
  problem.edge_cell_begin.assign(1, 0);
  problem.edge_cell.clear();
  return problem;
}

TEST(Block, FindsWhatIsWorthMoreThanTheValueToBeatAndNothingElse) {
  Random random(51);
  const std::function<bool()> never = [] { return false; };
  for (int i = 0; i < 300; ++i) {
    const Problem problem = RandomProblem(random, {.needs = 20,
                                                   .offers = 10,
                                                   .taps = 4,
                                                   .cells = 15,
                                                   .demand = 1 + i % 5,
                                                   .lots = i % 3 == 0,
                                                   .floors = i % 2 == 0});
    Workers workers(1);
    const Slots slots = *MakeSlots(problem, workers, never);
    const std::vector<Block> blocks = SmallComponents(problem, slots, 10'000, [] { return false; });
    if (blocks.size() != 1) continue;
    // What the problem loses whatever the block does stands in no block.
    const int64_t empty = EmptyValue(slots, blocks[0]);
    const int64_t best =
        Value(problem, slots, blocks[0], SolveBlock(problem, slots, blocks[0], kWorkMax, never));
    ASSERT_EQ(best - empty, WholeOptimum(problem) - WholeOptimum(WithoutEdges(problem))) << "market " << i;
    for (const int64_t to_beat : {empty, best - 1, best}) {
      if (to_beat < empty) continue;
      const BlockOptimum optimum =
          SolveBlock(problem, slots, blocks[0], kWorkMax, never, {.to_beat = to_beat});
      ASSERT_TRUE(optimum.exact);
      ASSERT_EQ(Value(problem, slots, blocks[0], optimum), to_beat < best ? best : empty) << "market " << i;
    }
  }
}

}  // namespace
}  // namespace ayni::matcher
