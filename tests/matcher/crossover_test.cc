#include "matcher/crossover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "matcher/near.h"
#include "matcher/workers.h"
#include "tests/matcher/linear_programme.h"
#include "tests/matcher/random_problem.h"

namespace ayni::matcher {
namespace {

constexpr int64_t kWorkMax = 20'000;
const std::function<bool()> kNever = [] { return false; };

Problem Market(Random& random, bool floors) {
  return RandomProblem(
      random,
      {.needs = 60, .offers = 30, .taps = 12, .cells = 40, .demand = 4, .density = 2, .floors = floors});
}

// Prices as a search by descent leaves them: near those of the best, none of them right.
Proof RoughPrices(Random& random, const Problem& problem, const Slots& slots, Workers& workers) {
  Dual dual(problem, slots, workers);
  dual.Anneal(250, 4, 16, kNever);
  std::vector<double> prices = dual.prices();
  for (double& price : prices) {
    // Prove holds those of floors to their penalties.
    const auto move = static_cast<double>(Draw(random, -5, 5));
    price = price > 0 ? std::max(0.0, price + move) : price < 0 ? std::min(0.0, price + move) : 0;
  }
  return *Prove(problem, slots, workers, prices, kNever);
}

TEST(CrossOver, FindsThePricesOfTheLinearProgramme) {
  Random random(41);
  for (int i = 0; i < 300; ++i) {
    const Problem problem = Market(random, i % 2 == 1);
    Workers workers(1);
    const Slots slots = *MakeSlots(problem, workers, kNever);
    const Proof start = RoughPrices(random, problem, slots, workers);
    const auto crossed =
        CrossOver(problem, slots, workers, start, {.slack_max = 60, .work_max = kWorkMax}, kNever);
    ASSERT_TRUE(crossed.has_value());
    const double optimum = LinearOptimum(problem);
    ASSERT_GE(static_cast<double>(crossed->proof.bound) + 1, optimum) << "market " << i;
    ASSERT_LE(static_cast<double>(crossed->proof.bound), optimum + 0.0002 * std::abs(optimum) + 1)
        << "market " << i;
  }
}

TEST(CrossOver, ChoosesUnitsThatFit) {
  Random random(42);
  for (int i = 0; i < 100; ++i) {
    const Problem problem = Market(random, i % 2 == 1);
    Workers workers(1);
    const Slots slots = *MakeSlots(problem, workers, kNever);
    const auto crossed = CrossOver(problem, slots, workers, RoughPrices(random, problem, slots, workers),
                                   {.slack_max = 60, .work_max = kWorkMax}, kNever);
    ASSERT_TRUE(crossed.has_value());
    std::vector<double> used(slots.resource_count(), 0.0);
    for (const Choice& choice : crossed->choices) {
      ASSERT_LE(choice.units, static_cast<float>(problem.edge_bound[choice.edge]));
      for (const int32_t r : slots.resources(slots.edge_slot[choice.edge])) used[r] += choice.units;
    }
    for (int32_t r = 0; r < slots.resource_count(); ++r) {
      ASSERT_LE(used[r], static_cast<double>(slots.resource_room[r]) + 0.001) << "market " << i;
    }
  }
}

TEST(CrossOver, FindsNothingWhenStopped) {
  Random random(43);
  const Problem problem = Market(random, true);
  Workers workers(1);
  const Slots slots = *MakeSlots(problem, workers, kNever);
  const Proof start = RoughPrices(random, problem, slots, workers);
  EXPECT_FALSE(CrossOver(problem, slots, workers, start, {.slack_max = 60, .work_max = kWorkMax}, [] {
                 return true;
               }).has_value());
}

TEST(NearEdges, AreThoseOfLittleSlackAndThoseThatNewPricesMakeWorthTaking) {
  const Problem problem =
      ProblemBuilder().Need(1).Offer(1).Offer(1).Edge(0, 0, 1, 100).Edge(0, 1, 1, 90).Build();
  Workers workers(1);
  const Slots slots = *MakeSlots(problem, workers, kNever);
  Prices prices{{100 * kPriceScale}, {0, 0}, {}, {}};
  NearEdges near = FindNearEdges(problem, slots, prices, 5 * kPriceScale);
  EXPECT_EQ(near.edge, std::vector<int64_t>{0});
  EXPECT_FALSE(AddMissed(problem, slots, prices, 5 * kPriceScale, near));
  prices.need = {90 * kPriceScale};
  EXPECT_TRUE(AddMissed(problem, slots, prices, 0, near));
  EXPECT_EQ(near.edge, (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(near.need, (std::vector<int32_t>{0, 0}));
}

}  // namespace
}  // namespace ayni::matcher
