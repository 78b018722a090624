#include "matcher/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "matcher/clear.h"
#include "tests/matcher/brute_force.h"
#include "tests/matcher/linear_programme.h"
#include "tests/matcher/random_problem.h"

namespace ayni::matcher {
namespace {

using ::testing::HasSubstr;

Solution Nothing(const Problem& problem) {
  Solution solution;
  solution.edge_units.assign(problem.edge_offer.size(), 0);
  solution.prices.need.assign(problem.need_demand.size(), 0);
  solution.prices.offer.assign(problem.offer_capacity.size(), 0);
  solution.prices.tap.assign(problem.tap_capacity.size(), 0);
  solution.prices.cell.assign(problem.cell_room.size(), 0);
  return solution;
}

Prices RandomPrices(Random& random, const Problem& problem) {
  Prices prices = Nothing(problem).prices;
  for (std::vector<int64_t>* side : {&prices.need, &prices.offer, &prices.tap, &prices.cell}) {
    for (int64_t& price : *side) price = Draw(random, 0, 400 * kPriceScale) * Draw(random, 0, 1);
  }
  return prices;
}

// One edge of weight 10 between a need of 3 and an offer of 4 with lot 2, TAP of 5, in a cell of room 6.
Problem OneEdge(Units demand = 3, Units capacity = 4, Units tap = 5, Units room = 6) {
  return ProblemBuilder()
      .Need(demand)
      .Offer(capacity, 0, 2)
      .Tap(tap)
      .Cell(room)
      .Edge(0, 0, 7, 10, {0})
      .Build();
}

void ExpectRefused(const Problem& problem, const Solution& solution, const std::string& says) {
  const auto certificate = Verify(problem, solution);
  EXPECT_EQ(certificate.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(certificate.status().message()), HasSubstr(says));
}

TEST(Verify, GivesValueBoundAndGap) {
  const Problem problem = OneEdge();
  Solution solution = Nothing(problem);
  solution.edge_units[0] = 2;
  solution.prices.need[0] = 10 * kPriceScale;
  const auto certificate = Verify(problem, solution);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->value, 20);
  EXPECT_EQ(certificate->upper_bound, 30);
  EXPECT_EQ(certificate->gap_ppm, 333'334);
}

TEST(Verify, ChargesAnEdgeUpToItsBoundForWhatItIsWorthAboveItsPrice) {
  const Problem problem = OneEdge();
  Solution solution = Nothing(problem);
  solution.prices = {{2 * kPriceScale}, {1 * kPriceScale}, {1 * kPriceScale}, {1 * kPriceScale}};
  // 3*2 + 4*1 + 5*1 + 6*1 + 7*(10 - 5)
  EXPECT_EQ(Verify(problem, solution)->upper_bound, 56);
}

TEST(Verify, RoundsTheBoundDownBecauseValuesAreWhole) {
  const Problem problem = ProblemBuilder().Need(1).Offer(1).Edge(0, 0, 1, 10).Build();
  Solution solution = Nothing(problem);
  solution.prices.need[0] = 11 * kPriceScale - 1;
  EXPECT_EQ(Verify(problem, solution)->upper_bound, 10);
}

TEST(Verify, NamesTheConstraintThatIsBrokenAndByHowMuch) {
  const auto with_five = [](const Problem& problem) {
    Solution solution = Nothing(problem);
    solution.edge_units[0] = 5;
    return solution;
  };
  ExpectRefused(OneEdge(3, 9, 9, 9), with_five(OneEdge()), "need 0 has 5 units matched, 2 more than its 3");
  ExpectRefused(OneEdge(9, 4, 9, 9), with_five(OneEdge()), "offer 0 has 5 units matched, 1 more than its 4");
  ExpectRefused(OneEdge(9, 9, 0, 9), with_five(OneEdge()), "TAP 0 has 5 units matched, 5 more than its 0");
  ExpectRefused(OneEdge(9, 9, 9, 2), with_five(OneEdge()), "cell 0 has 5 units matched, 3 more than its 2");
}

TEST(Verify, RefusesUnitsOutsideAnEdgesRangeAndUnderTheLot) {
  const Problem problem = OneEdge(9, 9, 9, 9);
  for (Units units : {Units{-1}, Units{1}, Units{8}, kUnitsMax * kUnitsMax}) {
    Solution solution = Nothing(problem);
    solution.edge_units[0] = units;
    ExpectRefused(problem, solution, "need 0 with offer 0 has " + std::to_string(units));
  }
}

TEST(Verify, RefusesPricesOutOfRangeAndColumnsOfAnotherSize) {
  const Problem problem = OneEdge();
  Solution solution = Nothing(problem);
  solution.prices.tap[0] = -1;
  ExpectRefused(problem, solution, "price of TAP 0 is -1");
  solution.prices.tap[0] = kPriceMax + 1;
  ExpectRefused(problem, solution, "price of TAP 0");
  solution.prices.tap = {0, 0};
  ExpectRefused(problem, solution, "2 TAP prices: expected 1");
  solution = Nothing(problem);
  solution.prices.cell.clear();
  ExpectRefused(problem, solution, "0 cell prices: expected 1");
  solution = Nothing(problem);
  solution.edge_units.push_back(0);
  ExpectRefused(problem, solution, "2 quantities");
}

TEST(Verify, HoldsAtTheLargestNumbersThereAre) {
  ProblemBuilder builder;
  for (int32_t n = 0; n < 9'000; ++n) builder.Need(kUnitsMax);
  for (int32_t n = 0; n < 9'000; ++n) builder.Offer(kUnitsMax).Edge(n, n, kUnitsMax, kWeightMax);
  const Problem problem = builder.Build();
  ASSERT_TRUE(Validate(problem).ok());
  Solution solution = Nothing(problem);
  for (Units& units : solution.edge_units) units = kUnitsMax;
  for (int64_t& price : solution.prices.need) price = kPriceMax;
  auto certificate = Verify(problem, solution);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->value, int64_t{9'000} * kUnitsMax * kWeightMax);
  EXPECT_EQ(certificate->upper_bound, certificate->value);
  for (int64_t& price : solution.prices.offer) price = kPriceMax;
  EXPECT_EQ(Verify(problem, solution)->upper_bound, INT64_MAX);
}

TEST(Verify, NoPricesProveABoundBelowTheOptimum) {
  Random random(7);
  for (int i = 0; i < 300; ++i) {
    const Problem problem = RandomProblem(random, {.lots = i % 2 == 0});
    const double optimum = LinearOptimum(problem);
    for (int j = 0; j < 10; ++j) {
      Solution solution = Nothing(problem);
      solution.prices = RandomPrices(random, problem);
      const auto certificate = Verify(problem, solution);
      ASSERT_TRUE(certificate.ok()) << certificate.status();
      ASSERT_GE(certificate->upper_bound + 1, optimum);
    }
  }
}

// Feasible by the definition alone: brute force over a problem in which only these units are allowed.
TEST(Verify, CatchesEveryChangeOfUnitsThatBreaksAConstraintAndTellsTheTrueValueOfTheRest) {
  Random random(8);
  int refused = 0;
  int accepted = 0;
  for (int i = 0; i < 300; ++i) {
    const Problem problem = RandomProblem(random, {.needs = 3, .offers = 3, .demand = 3, .lots = true});
    const auto clearing = Clear(problem);
    ASSERT_TRUE(clearing.ok());
    for (size_t e = 0; e < problem.edge_offer.size(); ++e) {
      Solution changed = clearing->solution;
      changed.edge_units[e] += Draw(random, 0, 1) == 0 ? 1 : -1;
      const auto certificate = Verify(problem, changed);
      const bool feasible = IsFeasible(problem, changed.edge_units);
      ASSERT_EQ(certificate.ok(), feasible) << certificate.status();
      ++(feasible ? accepted : refused);
      if (!feasible) continue;
      int64_t value = 0;
      for (size_t k = 0; k < changed.edge_units.size(); ++k) {
        value += changed.edge_units[k] * problem.edge_weight[k];
      }
      ASSERT_EQ(certificate->value, value);
      ASSERT_NE(certificate->value, clearing->value);
    }
  }
  EXPECT_GT(refused, 100);
  EXPECT_GT(accepted, 30);
}

}  // namespace
}  // namespace ayni::matcher
