#include "matcher/obstacle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "tests/matcher/random_market.h"

namespace ayni::matcher {
namespace {

// A pair with lists of its own, in which one thing after another can be mended.
struct Pair {
  OwnedNeed need;
  OwnedOffer offer;
  Tap tap;
};

bool Has(const std::vector<Obstacle>& obstacles, const Obstacle& wanted) {
  return std::any_of(obstacles.begin(), obstacles.end(), [&](const Obstacle& each) {
    return each.reason == wanted.reason && each.scheme == wanted.scheme;
  });
}

// The pair with what the obstacle says made good but for `short_by`; nothing where no size would do.
std::optional<Pair> Mended(const Market& market, Pair pair, const Obstacle& obstacle, int64_t short_by) {
  if (obstacle.distance == 0) return std::nullopt;
  Need& need = pair.need.row;
  Offer& offer = pair.offer.row;
  const auto by = static_cast<int32_t>(obstacle.distance > 0 ? obstacle.distance - short_by
                                                             : obstacle.distance + short_by);
  switch (obstacle.reason) {
    case Ineligibility::kWindow:
      (by > 0 || obstacle.distance > 0 ? need.window.last : need.window.first) += by;
      return pair;
    case Ineligibility::kPlace:
      offer.place = market.PlaceOf(offer);
      offer.radius_m += by;
      return pair;
    case Ineligibility::kOfferBooked:
      if (short_by > 0) return std::nullopt;
      offer.open_capacity += by;
      return pair;
    case Ineligibility::kPrice:
      need.highest_price += by;
      return pair;
    case Ineligibility::kExperience:
      need.least_experience_months -= by;
      return pair;
    case Ineligibility::kLot:
      offer.lot -= by;
      return pair;
    default:
      return std::nullopt;
  }
}

TEST(Obstacles, AreAllThatStandsInTheWayAndEachIsTrueByItself) {
  Random random(20'261'128);
  int mended = 0;
  for (int round = 0; round < 3'000; ++round) {
    Market market = RandomMarket(random, 1, 1, 3);
    Pair pair{RandomNeed(random), RandomOffer(random, 3), {}};
    const auto of = [&](Pair& each) {
      return ObstaclesOf(market, each.need.Row(), each.offer.Row(), kRandomToday);
    };
    const std::vector<Obstacle> obstacles = of(pair);
    const Ineligibility first = WhyNot(market, pair.need.Row(), pair.offer.Row(), kRandomToday);
    ASSERT_EQ(obstacles.empty(), first == Ineligibility::kNone);
    ASSERT_TRUE(obstacles.empty() || obstacles.front().reason == first);
    ASSERT_TRUE(std::is_sorted(obstacles.begin(), obstacles.end(),
                               [](const auto& a, const auto& b) { return a.reason < b.reason; }));
    for (const Obstacle& obstacle : obstacles) {
      auto good = Mended(market, pair, obstacle, 0);
      if (!good.has_value()) continue;
      ++mended;
      EXPECT_FALSE(Has(of(*good), obstacle)) << static_cast<int>(obstacle.reason) << " " << obstacle.distance;
      auto almost = Mended(market, pair, obstacle, 1);
      EXPECT_TRUE(!almost.has_value() || Has(of(*almost), obstacle))
          << static_cast<int>(obstacle.reason) << " " << obstacle.distance;
    }
  }
  EXPECT_GT(mended, 1'000);
}

}  // namespace
}  // namespace ayni::matcher
