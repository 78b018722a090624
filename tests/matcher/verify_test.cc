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
  for (size_t c = 0; c < problem.cell_floor.size(); ++c) {
    if (problem.cell_floor[c] == 0 || Draw(random, 0, 1) == 0) continue;
    prices.cell[c] = -Draw(random, 0, problem.cell_penalty[c] * kPriceScale);
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

// One edge of weight 10 between a need and an offer of 5, in a cell of room 4 with a floor at a penalty of 3.
Problem OneFloor(Units floor) {
  return ProblemBuilder().Need(5).Offer(5).Cell(4, floor, 3).Edge(0, 0, 5, 10, {0}).Build();
}

TEST(Verify, TakesThePenaltyOfAFloorThatIsNotReachedOffTheValue) {
  const Problem problem = OneFloor(3);
  Solution solution = Nothing(problem);
  solution.prices.need[0] = 10 * kPriceScale;
  EXPECT_EQ(Verify(problem, solution)->value, -9);
  solution.edge_units[0] = 1;
  EXPECT_EQ(Verify(problem, solution)->value, 10 - 6);
  solution.edge_units[0] = 4;
  EXPECT_EQ(Verify(problem, solution)->value, 40);
}

TEST(Verify, BoundsByTheFloorWhereTheCellPriceIsNegative) {
  const Problem problem = OneFloor(3);
  Solution solution = Nothing(problem);
  solution.prices.need[0] = 12 * kPriceScale;
  solution.prices.cell[0] = -2 * kPriceScale;
  // 5*12 - 3*2
  EXPECT_EQ(Verify(problem, solution)->upper_bound, 54);
  solution.prices.need[0] = 11 * kPriceScale;
  // 5*11 - 3*2 + 5*1
  EXPECT_EQ(Verify(problem, solution)->upper_bound, 54);
}

TEST(Verify, ChargesForWhatTheRoomKeepsFromTheFloorWhateverThePrice) {
  const Problem problem = OneFloor(6);
  Solution solution = Nothing(problem);
  solution.edge_units[0] = 4;
  for (const int64_t price : {0, 10, -3}) {
    solution.prices.cell[0] = price * kPriceScale;
    solution.prices.need[0] = (10 - price) * kPriceScale;
    const auto certificate = Verify(problem, solution);
    ASSERT_TRUE(certificate.ok()) << certificate.status();
    EXPECT_EQ(certificate->value, 40 - 6);
    EXPECT_EQ(certificate->upper_bound, 5 * (10 - price) + 4 * price - 6);
  }
}

TEST(Verify, RefusesACellPriceUnderThePenaltyOfItsFloor) {
  const Problem problem = OneFloor(3);
  Solution solution = Nothing(problem);
  solution.prices.cell[0] = -3 * kPriceScale;
  EXPECT_TRUE(Verify(problem, solution).ok());
  --solution.prices.cell[0];
  ExpectRefused(problem, solution, "price of cell 0 is -196609: expected -196608 to");
  solution.prices.cell[0] = -1;
  ExpectRefused(OneFloor(0), solution, "price of cell 0 is -1: expected 0 to");
}

TEST(Verify, RoundsANegativeBoundDownAndTellsTheGapOfOne) {
  const Problem problem = ProblemBuilder().Need(1).Offer(1).Cell(1, 3, 3).Edge(0, 0, 1, 1, {0}).Build();
  Solution solution = Nothing(problem);
  solution.prices.need[0] = kPriceScale + kPriceScale / 2;
  // 1.5 - 6 = -4.5: the best is 1 - 6.
  const auto certificate = Verify(problem, solution);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->upper_bound, -5);
  EXPECT_EQ(certificate->value, -9);
  EXPECT_EQ(certificate->gap_ppm, 800'000);
}

TEST(Verify, HoldsAtTheLargestPenaltiesThereAre) {
  ProblemBuilder builder;
  for (int32_t c = 0; c < 90; ++c) builder.Cell(0, kUnitsMax, kPenaltyMax);
  const Problem problem = builder.Build();
  ASSERT_TRUE(Validate(problem).ok());
  const auto certificate = Verify(problem, Nothing(problem));
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->value, -90 * kUnitsMax * kPenaltyMax);
  EXPECT_EQ(certificate->upper_bound, certificate->value);
  EXPECT_THAT(std::string(Validate(builder.Cell(0, 1, 1).Build()).message()), HasSubstr("9 x 10^18"));
}

TEST(Verify, HoldsAtTheLargestNumbersThereAre) {
  ProblemBuilder builder;
  for (int32_t n = 0; n < 9'000; ++n) builder.Need(kUnitsMax);
  for (int32_t n = 0; n < 9'000; ++n) builder.Offer(kUnitsMax).Edge(n, n, kUnitsMax, kWeightMax);
  const Problem problem = builder.Build();
  ASSERT_TRUE(Validate(problem).ok());
  Solution solution = Nothing(problem);
  for (Units& units : solution.edge_units) units = kUnitsMax;
  for (int64_t& price : solution.prices.need) price = kWeightMax * kPriceScale;
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
    const Problem problem = RandomProblem(random, {.lots = i % 2 == 0, .floors = i % 3 == 0});
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
