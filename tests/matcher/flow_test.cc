#include "matcher/flow.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <optional>
#include <vector>

#include "matcher/clear.h"
#include "matcher/dual.h"
#include "matcher/verify.h"
#include "tests/matcher/linear_programme.h"
#include "tests/matcher/random_problem.h"

namespace ayni::matcher {
namespace {

const std::function<bool()> kNever = [] { return false; };

ProblemShape Small(int i) {
  return {
      .needs = 4 + i % 16, .offers = 10, .taps = 5, .cells = 8, .demand = 1 + i % 6, .weight = 1 + i % 900};
}

// Few enough edges that all may be near: with equal weights more are left to the general way.
constexpr ProblemShape kLarge = {
    .needs = 220, .offers = 60, .taps = 20, .cells = 12, .demand = 6, .weight = 100'000, .density = 1};

Problem LargeOne(uint64_t seed) {
  Random random(seed);
  Problem problem;
  while (problem.edge_count() < 800) problem = NestedProblem(random, kLarge);
  return problem;
}

Solution SolutionOf(const Problem& problem, const BestFlow& flow) {
  Solution solution{std::vector<Units>(problem.edge_count(), 0), flow.proof.prices};
  for (const auto& [edge, units] : flow.units) solution.edge_units[edge.edge] = units;
  return solution;
}

// From prices that a few passes found, moved about; or from none.
Prices SomePrices(Random& random, const Problem& problem, const Slots& slots, Workers& workers) {
  Dual dual(problem, slots, workers);
  if (Draw(random, 0, 3) > 0) dual.Anneal(250, 4, 16, kNever);
  std::vector<double> prices = dual.prices();
  const int64_t most = Draw(random, 0, 20);
  for (double& price : prices)
    price = std::max(0.0, price + static_cast<double>(Draw(random, -most, most)) / 2);
  return Prove(problem, slots, workers, prices, kNever)->prices;
}

std::optional<BestFlow> FlowOf(const Problem& problem, uint64_t seed, int threads,
                               const std::function<bool()>& stop = kNever) {
  Random random(seed);
  Workers workers(threads);
  const Slots slots = *MakeSlots(problem, workers, kNever);
  const std::optional<Forest> forest = FindForest(slots);
  EXPECT_TRUE(forest.has_value());
  const Prices prices = SomePrices(random, problem, slots, workers);
  return FindBestFlow(problem, slots, *forest, workers, prices, stop);
}

std::optional<Forest> ForestOf(const Problem& problem) {
  Workers workers(1);
  return FindForest(*MakeSlots(problem, workers, kNever));
}

TEST(Flow, IsWhatTheLinearProgrammeIsWorthAndProvesIt) {
  Random random(61);
  for (int i = 0; i < 4000; ++i) {
    const Problem problem = NestedProblem(random, Small(i));
    const auto flow = FlowOf(problem, i, 1);
    ASSERT_TRUE(flow.has_value()) << "market " << i;
    const auto certificate = Verify(problem, SolutionOf(problem, *flow));
    ASSERT_TRUE(certificate.ok()) << certificate.status() << " market " << i;
    ASSERT_EQ(certificate->value, std::llround(LinearOptimum(problem))) << "market " << i;
    ASSERT_EQ(certificate->upper_bound, certificate->value) << "market " << i;
    ASSERT_EQ(flow->proof.bound, certificate->upper_bound) << "market " << i;
  }
}

TEST(Flow, IsTheBestInWholeUnits) {
  Random random(62);
  for (int i = 0; i < 300; ++i) {
    const Problem problem = NestedProblem(random, Small(i));
    const auto flow = FlowOf(problem, i, 1);
    ASSERT_TRUE(flow.has_value()) << "market " << i;
    ASSERT_EQ(flow->proof.bound, WholeOptimum(problem)) << "market " << i;
  }
}

TEST(Flow, IsProvedOnMarketsWhoseRegionsMustMoveInPrice) {
  Random random(63);
  for (int i = 0; i < 200; ++i) {
    const Problem problem = NestedProblem(random, kLarge);
    const auto flow = FlowOf(problem, i, 2);
    ASSERT_TRUE(flow.has_value()) << "market " << i;
    const auto certificate = Verify(problem, SolutionOf(problem, *flow));
    ASSERT_TRUE(certificate.ok()) << certificate.status() << " market " << i;
    ASSERT_EQ(certificate->upper_bound, certificate->value) << "market " << i;
  }
}

TEST(Flow, IsTheSameWithAnyNumberOfThreads) {
  Random random(64);
  for (int i = 0; i < 60; ++i) {
    const Problem problem = NestedProblem(random, i % 2 == 0 ? kLarge : Small(i));
    const auto alone = FlowOf(problem, i, 1);
    ASSERT_TRUE(alone.has_value());
    for (const int threads : {2, 7}) {
      const auto together = FlowOf(problem, i, threads);
      ASSERT_TRUE(together.has_value());
      ASSERT_EQ(together->units, alone->units) << "market " << i;
      const Prices &a = together->proof.prices, &b = alone->proof.prices;
      ASSERT_TRUE(a.need == b.need && a.offer == b.offer && a.tap == b.tap && a.cell == b.cell) << i;
    }
  }
}

TEST(Flow, FindsNothingWhenStoppedOnTheWay) {
  const Problem problem = LargeOne(65);
  int asked = 0;
  ASSERT_TRUE(FlowOf(problem, 1, 1, [&] { return ++asked < 0; }).has_value());
  ASSERT_GT(asked, 10);
  for (int last = 0; last < asked; ++last) {
    int left = last;
    EXPECT_FALSE(FlowOf(problem, 1, 2, [&] { return left-- <= 0; }).has_value()) << last;
  }
}

TEST(Flow, EndsClearingAtTheBestOfMarketsThatNest) {
  Random random(66);
  int cleared = 0;
  while (cleared < 30) {
    const Problem problem = NestedProblem(random, kLarge);
    if (problem.edge_count() < 400) continue;  // which are solved as blocks
    ++cleared;
    const auto clearing = Clear(problem, {.target_gap_ppm = 0, .threads = 2});
    ASSERT_TRUE(clearing.ok()) << clearing.status();
    const auto certificate = Verify(problem, clearing->solution);
    ASSERT_TRUE(certificate.ok()) << certificate.status();
    ASSERT_EQ(clearing->value, clearing->upper_bound) << "market " << cleared;
    ASSERT_EQ(certificate->upper_bound, clearing->upper_bound) << "market " << cleared;
  }
}

TEST(Flow, LeavesAFeasibleClearingWhereverItIsStopped) {
  const Problem problem = LargeOne(67);
  int asked = 0;
  ASSERT_TRUE(Clear(problem, {.target_gap_ppm = 0, .stop = [&] { return ++asked < 0; }}).ok());
  for (int last = 0; last < asked; last += 7) {
    int left = last;
    const auto clearing = Clear(problem, {.target_gap_ppm = 0, .stop = [&] { return left-- <= 0; }});
    ASSERT_TRUE(clearing.ok());
    ASSERT_TRUE(clearing->stopped);
    const auto certificate = Verify(problem, clearing->solution);
    ASSERT_TRUE(certificate.ok()) << certificate.status();
    ASSERT_EQ(certificate->value, clearing->value);
  }
}

TEST(Forest, LeadsFromAnEdgeToTheWidestThatItIsIn) {
  // Offers 0 and 1 in TAP 0, which is in cell 0, as offer 2 is. All can fill.
  const Problem problem = ProblemBuilder()
                              .Need(9)
                              .Offer(1, 0)
                              .Offer(1, 0)
                              .Offer(1)
                              .Tap(1)
                              .Cell(1)
                              .Edge(0, 0, 9, 5, {0})
                              .Edge(0, 1, 9, 5, {0})
                              .Edge(0, 2, 9, 5, {0})
                              .Build();
  const auto forest = ForestOf(problem);
  ASSERT_TRUE(forest.has_value());
  EXPECT_EQ(forest->parent, (std::vector<int32_t>{3, 3, 4, 4, -1}));
}

TEST(Forest, IsNoneWhereConstraintsCross) {
  ProblemBuilder builder;
  builder.Need(9).Offer(1).Offer(1).Cell(1).Edge(0, 0, 9, 5, {0}).Edge(0, 1, 9, 5, {0});
  EXPECT_TRUE(ForestOf(builder.Build()).has_value());
  // Half of offer 0 is in cell 0, and so is offer 1.
  builder.Need(9).Edge(1, 0, 9, 5, {});
  EXPECT_FALSE(ForestOf(builder.Build()).has_value());
}

TEST(Forest, IsNoneWithLotsOrFloors) {
  EXPECT_FALSE(ForestOf(ProblemBuilder().Need(9).Offer(4, -1, 2).Edge(0, 0, 9, 5).Build()).has_value());
  EXPECT_FALSE(
      ForestOf(ProblemBuilder().Need(9).Offer(4).Cell(3, 1, 7).Edge(0, 0, 9, 5, {0}).Build()).has_value());
  EXPECT_TRUE(ForestOf(ProblemBuilder().Need(9).Offer(4).Cell(3).Edge(0, 0, 9, 5, {0}).Build()).has_value());
}

}  // namespace
}  // namespace ayni::matcher
