#include "matcher/clear.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "matcher/verify.h"
#include "tests/matcher/brute_force.h"
#include "tests/matcher/linear_programme.h"
#include "tests/matcher/random_problem.h"

namespace ayni::matcher {
namespace {

using ::testing::HasSubstr;

// Markets of each oracle test; AYNI_ORACLE_MARKETS raises it for a long run.
int OracleMarkets(int otherwise) {
  const char* asked = std::getenv("AYNI_ORACLE_MARKETS");
  return asked == nullptr ? otherwise : std::atoi(asked);
}

// Clears to the end, and checks what holds of every clearing.
Clearing Cleared(const Problem& problem, ClearOptions options = {.target_gap_ppm = 0}) {
  const auto clearing = Clear(problem, options);
  EXPECT_TRUE(clearing.ok()) << clearing.status();
  const auto certificate = Verify(problem, clearing->solution);
  EXPECT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->value, clearing->value);
  EXPECT_EQ(certificate->upper_bound, clearing->upper_bound);
  EXPECT_LE(clearing->value, clearing->upper_bound);
  return *clearing;
}

bool SameBytes(const Clearing& a, const Clearing& b) {
  return a.value == b.value && a.upper_bound == b.upper_bound &&
         a.solution.edge_units == b.solution.edge_units && a.solution.prices.need == b.solution.prices.need &&
         a.solution.prices.offer == b.solution.prices.offer &&
         a.solution.prices.tap == b.solution.prices.tap && a.solution.prices.cell == b.solution.prices.cell;
}

TEST(Clear, IsWorthNoLessThanTheUnitsThatItBeginsWith) {
  Random random(61);
  for (int i = 0; i < 40; ++i) {
    const Problem problem = RandomProblem(
        random,
        {.needs = 60, .offers = 20, .cells = 20, .density = 2, .lots = i % 2 == 0, .floors = i % 3 == 0});
    const Clearing first = Cleared(problem);
    int64_t calls = 0;
    // Stopped soon after its slots are made, it would have found little.
    const Clearing warm = Cleared(
        problem,
        {.target_gap_ppm = 0, .stop = [&] { return ++calls > 8; }, .warm_units = &first.solution.edge_units});
    EXPECT_GE(warm.value, first.value) << "market " << i;
  }
  const Problem problem = RandomProblem(random, {});
  const std::vector<Units> too_few(problem.edge_offer.size() + 1, 0);
  EXPECT_EQ(Clear(problem, {.warm_units = &too_few}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Clear, FindsTheOptimumOfTinyMarketsThatBruteForceFinds) {
  Random random(11);
  for (int i = 0; i < OracleMarkets(3000); ++i) {
    const Problem problem = RandomProblem(random, {.needs = 3, .offers = 3, .demand = 2, .lots = i % 2 == 0});
    ASSERT_EQ(Cleared(problem).value, BruteForceOptimum(problem)) << "market " << i;
  }
}

TEST(Clear, FindsTheOptimumOfSmallMarketsThatCbcFinds) {
  Random random(12);
  for (int i = 0; i < OracleMarkets(4000); ++i) {
    const Problem problem = RandomProblem(
        random, {.needs = 12, .offers = 8, .taps = 4, .cells = 12, .demand = 1 + i % 9, .lots = i % 3 == 0});
    const Clearing clearing = Cleared(problem);
    ASSERT_EQ(clearing.value, WholeOptimum(problem)) << "market " << i;
    ASSERT_GE(static_cast<double>(clearing.upper_bound) + 1, LinearOptimum(problem)) << "market " << i;
  }
}

TEST(Clear, FindsTheOptimumOfTinyMarketsWithFloorsThatBruteForceFinds) {
  Random random(21);
  for (int i = 0; i < OracleMarkets(3000); ++i) {
    const Problem problem = RandomProblem(
        random, {.needs = 3, .offers = 3, .cells = 4, .demand = 2, .lots = i % 2 == 0, .floors = true});
    ASSERT_EQ(Cleared(problem).value, BruteForceOptimum(problem)) << "market " << i;
  }
}

TEST(Clear, FindsTheOptimumOfSmallMarketsWithFloorsThatCbcFinds) {
  Random random(22);
  for (int i = 0; i < OracleMarkets(3000); ++i) {
    const Problem problem = RandomProblem(random, {.needs = 12,
                                                   .offers = 8,
                                                   .taps = 4,
                                                   .cells = 12,
                                                   .demand = 1 + i % 9,
                                                   .lots = i % 3 == 0,
                                                   .floors = true});
    const Clearing clearing = Cleared(problem);
    ASSERT_EQ(clearing.value, WholeOptimum(problem)) << "market " << i;
    ASSERT_GE(static_cast<double>(clearing.upper_bound) + 1, LinearOptimum(problem)) << "market " << i;
  }
}

TEST(Clear, StaysNearTheBoundOfMarketsWithFloorsTooLargeForBlocks) {
  Random random(23);
  double lost = 0;
  double optimum = 0;
  for (int i = 0; i < 12; ++i) {
    const Problem problem = RandomProblem(
        random,
        {.needs = 250, .offers = 60, .taps = 20, .cells = 60, .demand = 3, .density = 1, .floors = true});
    const Clearing clearing = Cleared(problem);
    const double linear = LinearOptimum(problem);
    EXPECT_GE(static_cast<double>(clearing.upper_bound) + 1, linear) << "market " << i;
    EXPECT_LE(static_cast<double>(clearing.upper_bound), linear + 0.001 * std::abs(linear) + 1)
        << "market " << i;
    EXPECT_LE(static_cast<double>(clearing.value), linear + 1) << "market " << i;
    lost += linear - static_cast<double>(clearing.value);
    optimum += std::abs(linear);
  }
  EXPECT_LE(lost, 0.005 * optimum);
}

TEST(Clear, StaysNearTheBoundOfMarketsTooLargeForBlocks) {
  Random random(20);
  int64_t value = 0;
  double optimum = 0;
  for (int i = 0; i < 12; ++i) {
    const Problem problem = RandomProblem(
        random, {.needs = 250, .offers = 60, .taps = 20, .cells = 60, .demand = 3, .density = 1});
    const Clearing clearing = Cleared(problem);
    const double linear = LinearOptimum(problem);
    EXPECT_GE(static_cast<double>(clearing.upper_bound) + 1, linear) << "market " << i;
    EXPECT_LE(static_cast<double>(clearing.upper_bound), 1.00001 * linear + 1) << "market " << i;
    EXPECT_LE(static_cast<double>(clearing.value), linear + 1) << "market " << i;
    value += clearing.value;
    optimum += linear;
  }
  EXPECT_GE(static_cast<double>(value), 0.9995 * optimum);
}

TEST(Clear, MatchesByWeightWhereItIsStoppedBeforeTheFirstMatching) {
  Random random(24);
  const Problem problem =
      RandomProblem(random, {.needs = 250, .offers = 60, .taps = 20, .cells = 60, .demand = 3, .density = 1});
  bool priced = false;
  const Clearing clearing = Cleared(
      problem, {.stop = [&] { return priced; }, .progress = [&](const ClearProgress&) { priced = true; }});
  EXPECT_TRUE(clearing.stopped);
  EXPECT_GE(static_cast<double>(clearing.value), 0.6 * LinearOptimum(problem));
}

TEST(Clear, MatchesTheRestByWeightWhereItIsStoppedAfterSmallComponents) {
  Random random(26);
  Problem problem;
  while (problem.edge_count() < 1'000) {
    problem = RandomProblem(random,
                            {.needs = 250, .offers = 60, .taps = 20, .cells = 60, .demand = 3, .density = 1});
  }
  // A component of its own, which is solved first.
  problem.need_demand.push_back(1);
  problem.offer_capacity.push_back(1);
  problem.offer_tap.push_back(TapIndex::None());
  problem.offer_lot.push_back(1);
  problem.edge_offer.push_back(OfferIndex{problem.offer_count() - 1});
  problem.edge_bound.push_back(1);
  problem.edge_weight.push_back(1);
  problem.edge_cell_begin.push_back(problem.edge_cell_begin.back());
  problem.need_edge_begin.push_back(problem.edge_count());
  bool solved = false;
  const auto progress = [&](const ClearProgress& told) { solved |= told.value > 0; };
  const Clearing clearing = Cleared(problem, {.stop = [&] { return solved; }, .progress = progress});
  EXPECT_TRUE(clearing.stopped);
  EXPECT_GE(static_cast<double>(clearing.value), 0.6 * LinearOptimum(problem));
}

TEST(Clear, ClearsEmptySides) {
  EXPECT_EQ(Cleared(ProblemBuilder().Build()).value, 0);
  EXPECT_EQ(Cleared(ProblemBuilder().Need(5).Build()).value, 0);
  EXPECT_EQ(Cleared(ProblemBuilder().Offer(5).Tap(3).Cell(2).Build()).upper_bound, 0);
  EXPECT_EQ(Cleared(ProblemBuilder().Need(0).Offer(5).Edge(0, 0, 1, 7).Build()).upper_bound, 0);
}

TEST(Clear, MatchesNothingWhereAllRoomsAreZero) {
  ProblemBuilder builder;
  for (int32_t c = 0; c < 20; ++c) builder.Cell(0);
  for (int32_t n = 0; n < 40; ++n) {
    builder.Need(3);
    builder.Offer(3);
    for (int32_t o = 0; o < 40; ++o) builder.Edge(n, o, 3, 100 + n, {(n + o) % 20});
  }
  const Clearing clearing = Cleared(builder.Build());
  EXPECT_EQ(clearing.value, 0);
  EXPECT_EQ(clearing.upper_bound, 0);
}

TEST(Clear, UndoesTheFirstChoiceWhereGreedyLosesHalf) {
  // Each need's better offer is the next need's only one: greedy takes 101 of each pair, the best is 200.
  ProblemBuilder builder;
  int64_t optimum = 0;
  for (int32_t pair = 0; pair < 500; ++pair) {
    builder.Need(1).Need(1).Offer(1).Offer(1);
    builder.Edge(2 * pair, 2 * pair, 1, 101).Edge(2 * pair, 2 * pair + 1, 1, 100);
    builder.Edge(2 * pair + 1, 2 * pair, 1, 100);
    optimum += 200;
  }
  EXPECT_EQ(Cleared(builder.Build()).value, optimum);
}

TEST(Clear, ShiftsALongChainByOneToServeTheLast) {
  // Need i may take offer i or i + 1; need 0 may take offer 0 only, and all but it stand one too low.
  ProblemBuilder builder;
  constexpr int32_t kLength = 60;
  for (int32_t n = 0; n < kLength; ++n) {
    builder.Need(1).Offer(1);
    builder.Edge(n, n, 1, 100);
    if (n > 0) builder.Edge(n, n - 1, 1, 101);
  }
  EXPECT_EQ(Cleared(builder.Build()).value, 100 * kLength);
}

TEST(Clear, HoldsOneGiantTapToItsCapacity) {
  ProblemBuilder builder;
  builder.Tap(500);
  for (int32_t n = 0; n < 1000; ++n) {
    builder.Need(1).Offer(1, 0);
    builder.Edge(n, n, 1, 1 + n);
    if (n > 0) builder.Edge(n, n - 1, 1, 1 + n);
  }
  // The 500 best-paid needs, each alone.
  EXPECT_EQ(Cleared(builder.Build()).value, 500 * (501 + 1000) / 2);
}

TEST(Clear, FillsDemandBeyondCapacityAndCapacityBeyondDemandWithEqualWeights) {
  for (const auto& [demand, capacity] : {std::pair<Units, Units>{7, 2}, {2, 7}}) {
    ProblemBuilder builder;
    for (int32_t n = 0; n < 60; ++n) builder.Need(demand).Offer(capacity);
    for (int32_t n = 0; n < 60; ++n) {
      for (int32_t k = 0; k < 8; ++k) builder.Edge(n, (n + 7 * k) % 60, std::min(demand, capacity), 500'000);
    }
    EXPECT_EQ(Cleared(builder.Build()).value, 60 * 2 * 500'000);
  }
}

TEST(Clear, MovesABillionUnits) {
  const Problem problem = ProblemBuilder()
                              .Need(kUnitsMax)
                              .Need(kUnitsMax)
                              .Offer(kUnitsMax, 0)
                              .Offer(kUnitsMax, 0)
                              .Tap(kUnitsMax)
                              .Cell(kUnitsMax - 1)
                              .Edge(0, 0, kUnitsMax, kWeightMax, {0})
                              .Edge(0, 1, kUnitsMax, 5)
                              .Edge(1, 0, kUnitsMax, kWeightMax - 1, {0})
                              .Edge(1, 1, kUnitsMax, 5)
                              .Build();
  EXPECT_EQ(Cleared(problem).value, (kUnitsMax - 1) * kWeightMax + 5);
}

TEST(Clear, KeepsLotsWholeOrLeavesThemOut) {
  // 10 units of room: two needs of 6 with a lot of 6 do not both fit, and 4 are left for the small one.
  const Problem problem = ProblemBuilder()
                              .Need(6)
                              .Need(6)
                              .Need(9)
                              .Offer(10, 0, 6)
                              .Offer(10, 0)
                              .Tap(10)
                              .Edge(0, 0, 6, 100)
                              .Edge(1, 0, 6, 99)
                              .Edge(2, 1, 9, 10)
                              .Build();
  EXPECT_EQ(Cleared(problem).value, 640);
}

TEST(Clear, RefusesAProblemOrOptionsThatAreWrong) {
  Problem problem = ProblemBuilder().Need(1).Offer(1).Edge(0, 0, 1, 1).Build();
  EXPECT_EQ(Clear(problem, {.target_gap_ppm = -1}).status().code(), absl::StatusCode::kInvalidArgument);
  for (const int threads : {0, -1, 257}) {
    EXPECT_THAT(std::string(Clear(problem, {.threads = threads}).status().message()), HasSubstr("threads"));
  }
  Prices prices;
  EXPECT_THAT(std::string(Clear(problem, {.warm_prices = &prices}).status().message()),
              HasSubstr("warm_prices"));
  problem.edge_weight[0] = 0;
  EXPECT_THAT(std::string(Clear(problem).status().message()), HasSubstr("edge_weight[0]"));
}

TEST(Clear, GivesTheSameBytesForTheSameSeedAndAnotherTieForAnother) {
  ProblemBuilder builder;
  for (int32_t n = 0; n < 200; ++n) builder.Need(1).Offer(1);
  for (int32_t n = 0; n < 200; ++n) {
    for (int32_t k = 0; k < 10; ++k) builder.Edge(n, (n + 11 * k) % 200, 1, 1000);
  }
  const Problem problem = builder.Build();
  const Clearing first = Cleared(problem, {.seed = 1});
  EXPECT_TRUE(SameBytes(first, Cleared(problem, {.seed = 1})));
  EXPECT_NE(first.solution.edge_units, Cleared(problem, {.seed = 2}).solution.edge_units);
}

TEST(Clear, DrawsLotsByTheSeedAmongNeedsThatTieInASmallMarket) {
  ProblemBuilder builder;
  builder.Offer(1);
  for (int32_t n = 0; n < 8; ++n) builder.Need(1).Edge(n, 0, 1, 1000);
  const Problem problem = builder.Build();
  std::vector<int> served(8, 0);
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Clearing clearing = Cleared(problem, {.seed = seed});
    ASSERT_EQ(clearing.value, 1000);
    for (size_t e = 0; e < served.size(); ++e) served[e] += static_cast<int>(clearing.solution.edge_units[e]);
  }
  // 25 each on average; less than 8 comes once in ten thousand.
  EXPECT_THAT(served, testing::Each(testing::AllOf(testing::Ge(8), testing::Le(50))));
}

TEST(Clear, GivesTheSameBytesForTheSameRandomMarket) {
  Random random(13);
  for (int i = 0; i < 4; ++i) {
    const Problem problem = RandomProblem(
        random, {.needs = 200, .offers = 50, .taps = 20, .cells = 40, .density = 2, .lots = true});
    EXPECT_TRUE(SameBytes(Cleared(problem, {.seed = 5}), Cleared(problem, {.seed = 5})));
  }
}

TEST(Clear, GivesTheSameBytesWithAnyNumberOfThreads) {
  // Large enough to be cut into several parts, which share offers, TAPs and cells.
  Random random(21);
  Problem problem;
  while (problem.edge_count() < 20'000) {
    problem = RandomProblem(
        random, {.needs = 3000, .offers = 100, .taps = 30, .cells = 400, .density = 2, .lots = true});
  }
  const Clearing one = Cleared(problem, {.target_gap_ppm = 50'000, .threads = 1});
  EXPECT_GT(one.value, 0);
  for (const int threads : {2, 7}) {
    EXPECT_TRUE(SameBytes(one, Cleared(problem, {.target_gap_ppm = 50'000, .threads = threads})))
        << threads << " threads";
  }
}

TEST(Clear, GivesTheSameBytesWithAnyNumberOfThreadsFromACorner) {
  Random random(22);
  Problem problem;
  while (problem.edge_count() < 10'000) {
    problem = RandomProblem(
        random, {.needs = 1500, .offers = 100, .taps = 30, .cells = 300, .cells_per_edge = 2, .density = 2});
  }
  const Clearing one = Cleared(problem, {.target_gap_ppm = 20, .threads = 1});
  for (const int threads : {2, 7}) {
    EXPECT_TRUE(SameBytes(one, Cleared(problem, {.target_gap_ppm = 20, .threads = threads})))
        << threads << " threads";
  }
}

TEST(Clear, ReturnsAVerifiedSolutionWheneverItIsStopped) {
  Random random(14);
  const Problem problem = RandomProblem(
      random, {.needs = 400, .offers = 90, .taps = 20, .cells = 60, .density = 2, .lots = true});
  int64_t calls = 0;
  Cleared(problem, {.target_gap_ppm = 0, .stop = [&] { return ++calls, false; }});
  ASSERT_GT(calls, 100);
  for (int64_t last : {int64_t{0}, int64_t{1}, int64_t{5}, calls / 4, calls / 2, calls - 2}) {
    int64_t asked = 0;
    const Clearing clearing = Cleared(problem, {.target_gap_ppm = 0, .stop = [&] { return ++asked > last; }});
    EXPECT_TRUE(clearing.stopped) << "after " << last << " calls";
    EXPECT_LE(asked, last + 10) << "went on after it was told to stop";
  }
}

TEST(Clear, TellsOfValuesThatNeverFallAndBoundsThatNeverRise) {
  Random random(15);
  const Problem problem =
      RandomProblem(random, {.needs = 400, .offers = 90, .taps = 20, .cells = 60, .density = 2});
  ClearProgress last;
  int told = 0;
  Cleared(problem, {.target_gap_ppm = 0, .progress = [&](const ClearProgress& now) {
                      EXPECT_GE(now.value, last.value);
                      EXPECT_LE(now.upper_bound, last.upper_bound);
                      EXPECT_GE(now.phase, last.phase);
                      last = now;
                      ++told;
                    }});
  EXPECT_GE(told, 3);
}

TEST(Clear, KeepsItsValueWhenIdsArePermuted) {
  Random random(16);
  for (int i = 0; i < 150; ++i) {
    const Problem problem = RandomProblem(random, {.needs = 10, .offers = 8, .lots = i % 2 == 0});
    EXPECT_EQ(Cleared(problem).value, Cleared(Permuted(random, problem)).value) << "market " << i;
  }
}

TEST(Clear, ScalesItsValueWithTheWeights) {
  Random random(17);
  for (int i = 0; i < 150; ++i) {
    Problem problem = RandomProblem(random, {.needs = 10, .offers = 8, .lots = i % 2 == 0});
    const int64_t value = Cleared(problem).value;
    for (int32_t& weight : problem.edge_weight) weight *= 7;
    EXPECT_EQ(Cleared(problem).value, 7 * value) << "market " << i;
  }
}

TEST(Clear, LosesNothingWhenARoomGrows) {
  Random random(18);
  for (int i = 0; i < 150; ++i) {
    Problem problem = RandomProblem(random, {.needs = 10, .offers = 8, .lots = i % 2 == 0});
    const Clearing before = Cleared(problem);
    for (std::vector<Units>* side :
         {&problem.need_demand, &problem.offer_capacity, &problem.tap_capacity, &problem.cell_room}) {
      if (!side->empty()) (*side)[Draw(random, 0, static_cast<int64_t>(side->size()) - 1)] += 1;
    }
    const Clearing after = Cleared(problem);
    EXPECT_GE(after.value, before.value) << "market " << i;
    EXPECT_GE(after.upper_bound, before.value) << "market " << i;
  }
}

TEST(Clear, IsNotMovedByEdgesThatNothingCanPass) {
  Random random(25);
  for (int i = 0; i < 150; ++i) {
    const ProblemShape shape = {.needs = 10, .offers = 8, .density = 4, .lots = i % 2 == 0};
    const Problem with = RandomProblem(random, shape);
    Problem shut = with, without = with;
    // Every third edge, once shut by a cell without room and once not there.
    shut.cell_room.push_back(0);
    shut.edge_cell.clear();
    shut.edge_cell_begin = {0};
    without = {};
    without.need_demand = with.need_demand;
    without.offer_capacity = with.offer_capacity;
    without.offer_tap = with.offer_tap;
    without.offer_lot = with.offer_lot;
    without.tap_capacity = with.tap_capacity;
    without.cell_room = with.cell_room;
    without.edge_cell_begin = {0};
    for (int32_t n = 0; n < with.need_count(); ++n) {
      without.need_edge_begin.push_back(without.edge_count());
      for (int64_t e = with.need_edge_begin[n]; e < with.need_edge_begin[n + 1]; ++e) {
        const auto begin = with.edge_cell.begin() + with.edge_cell_begin[e];
        const auto end = with.edge_cell.begin() + with.edge_cell_begin[e + 1];
        shut.edge_cell.insert(shut.edge_cell.end(), begin, end);
        if (e % 3 == 0) shut.edge_cell.push_back(CellIndex{with.cell_count()});
        shut.edge_cell_begin.push_back(static_cast<int64_t>(shut.edge_cell.size()));
        if (e % 3 == 0) continue;
        without.edge_offer.push_back(with.edge_offer[e]);
        without.edge_bound.push_back(with.edge_bound[e]);
        without.edge_weight.push_back(with.edge_weight[e]);
        without.edge_cell.insert(without.edge_cell.end(), begin, end);
        without.edge_cell_begin.push_back(static_cast<int64_t>(without.edge_cell.size()));
      }
    }
    without.need_edge_begin.push_back(without.edge_count());
    EXPECT_EQ(Cleared(shut).value, Cleared(without).value) << "market " << i;
  }
}

TEST(Clear, StartsFromWarmPricesAtNoWorseABound) {
  Random random(19);
  for (int i = 0; i < 4; ++i) {
    const Problem problem =
        RandomProblem(random, {.needs = 200, .offers = 50, .taps = 20, .cells = 40, .density = 2});
    const Clearing cold = Cleared(problem);
    const Clearing warm = Cleared(problem, {.target_gap_ppm = 0, .warm_prices = &cold.solution.prices});
    EXPECT_LE(warm.upper_bound, cold.upper_bound);
  }
}

}  // namespace
}  // namespace ayni::matcher
