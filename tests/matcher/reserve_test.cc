#include "matcher/reserve.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "matcher/clear.h"
#include "matcher/limit_problem.h"
#include "matcher/verify.h"
#include "tests/matcher/random_market.h"

namespace ayni::matcher {
namespace {

constexpr Day kToday = kRandomToday;

PosedProblem Pose(const Market& market, const std::vector<Reserve>& reserves,
                  const std::vector<Floor>& floors, const ScoreRule& rule) {
  auto candidates = FindCandidates(market, CandidateIndex(market), rule, kToday);
  EXPECT_TRUE(candidates.ok());
  return *PoseProblem(market, *std::move(candidates), {{}, reserves, floors}, {}, kToday);
}

TEST(Reserves, NameTheFirstThatIsWrong) {
  EXPECT_TRUE(Validate({}, {}).ok());
  EXPECT_EQ(Validate({{.taps = {}, .share_basis_points = 0, .penalty = 1}}, {}).message(),
            "reserve 0: its share is 1 to 10000");
  EXPECT_EQ(Validate({{.taps = {}, .share_basis_points = 1, .penalty = 0}}, {}).message(),
            "reserve 0: its penalty is 1 to 1000000");
  EXPECT_EQ(Validate({}, {{.taps = {}, .quantity = 0, .penalty = 1}}).message(),
            "floor 0: its quantity is 1 to 1000000000");
  EXPECT_EQ(Validate(std::vector<Reserve>(kReservesMax + 1), {}).message(), "9 reserves: at most 8");
}

TEST(TapClass, IncludesThoseThatAreAllThatIsSet) {
  Tap tap;
  tap.model = TapModel::kCommunity;
  tap.gender = Gender::kWoman;
  EXPECT_TRUE(Includes({}, tap, kToday));
  EXPECT_TRUE(Includes({.model = TapModel::kCommunity, .gender = Gender::kWoman}, tap, kToday));
  EXPECT_FALSE(Includes({.model = TapModel::kEnterprise, .gender = Gender::kWoman}, tap, kToday));
  EXPECT_FALSE(Includes({.certified_days_max = 100}, tap, kToday));
  Credential credential;
  credential.window = {kToday - 100, kDayMax};
  tap.credentials.push_back(credential);
  EXPECT_TRUE(Includes({.certified_days_max = 100}, tap, kToday));
  EXPECT_FALSE(Includes({.certified_days_max = 99}, tap, kToday));
  // An older one says that it is not newly certified.
  tap.credentials.push_back({});
  tap.credentials.back().window = {kToday - 400, kToday - 200};
  EXPECT_FALSE(Includes({.certified_days_max = 100}, tap, kToday));
}

TEST(TapClass, OfFewOutcomesIncludesThoseWhoHaveNoMore) {
  Tap tap;
  EXPECT_TRUE(Includes({.outcome_count_max = 0}, tap, kToday));
  tap.outcomes = 4;
  EXPECT_TRUE(Includes({}, tap, kToday));
  EXPECT_TRUE(Includes({.outcome_count_max = 4}, tap, kToday));
  EXPECT_FALSE(Includes({.outcome_count_max = 3}, tap, kToday));
  EXPECT_FALSE(Includes({.model = TapModel::kPublic, .outcome_count_max = 4}, tap, kToday));
}

TEST(TapClass, OfTheNewlyCertifiedTakesNoModuleForACertificate) {
  Tap tap;
  tap.credentials = {{.scheme = {}, .window = {kToday - 10, kDayMax}, .curriculum = Curriculum::kBusiness}};
  EXPECT_FALSE(Includes({.certified_days_max = 100}, tap, kToday));
  tap.credentials.push_back({.scheme = {}, .window = {kToday - 5, kDayMax}});
  EXPECT_TRUE(Includes({.certified_days_max = 7}, tap, kToday))
      << "the module is older, and counts for nothing";
}

TEST(Reserves, KeepAShareOfEachSegmentsDemandAsFarAsTheClassReaches) {
  Random random(1);
  int kept_count = 0;
  for (int round = 0; round < 300; ++round) {
    const Market market = RandomMarket(random, 20, 20, 6);
    const Reserve reserve{.taps = {.gender = Gender::kWoman},
                          .territory_level = TerritoryLevel::kDepartment,
                          .by_value_chain = Between(random, 0, 1) == 0,
                          .share_basis_points = Between(random, 1, 10'000),
                          .penalty = 1'000};
    const PosedProblem posed = Pose(market, {reserve}, {}, RandomScoreRule(random));
    ASSERT_TRUE(Validate(posed.problem).ok()) << Validate(posed.problem);
    const Problem& problem = posed.problem;
    std::map<SegmentKey, std::pair<Units, Units>> by_hand;  // demand, and what the class reaches of it
    for (int32_t at = 0; at < problem.need_count(); ++at) {
      if (problem.need_demand[at] == 0) continue;
      const Need need = market.need({at});
      SegmentKey key;
      key.service = need.service;
      key.territory = market.At(need.district, reserve.territory_level);
      if (reserve.by_value_chain) key.chain = need.chain;
      Units reached = 0;
      for (int64_t edge = problem.need_edge_begin[at]; edge < problem.need_edge_begin[at + 1]; ++edge) {
        const Tap& tap = market.tap(market.offer(problem.edge_offer[edge]).tap);
        if (tap.gender == Gender::kWoman) reached += problem.edge_bound[edge];
      }
      by_hand[key].first += problem.need_demand[at];
      by_hand[key].second += std::min(reached, problem.need_demand[at]);
    }
    size_t at = 0;
    for (const auto& [key, units] : by_hand) {
      const Units quantity = std::min(units.first * reserve.share_basis_points / 10'000, units.second);
      if (quantity == 0) continue;
      ASSERT_LT(at, posed.kept.size());
      const Kept& kept = posed.kept[at++];
      ASSERT_EQ(kept.key, key);
      ASSERT_EQ(kept.quantity, quantity);
      ASSERT_EQ(problem.cell_floor[kept.cell.at()], quantity);
    }
    ASSERT_EQ(at, posed.kept.size());
    kept_count += static_cast<int>(at);
  }
  EXPECT_GT(kept_count, 100);
}

// The dearest penalty moves units to the class; a light one moves none that cost more.
TEST(Reserves, MoveUnitsWhereThePenaltyIsWorthIt) {
  Random random(2);
  Units with = 0;
  Units without = 0;
  for (int round = 0; round < 100; ++round) {
    const Market market = RandomMarket(random, 20, 20, 6);
    const ScoreRule rule = RandomScoreRule(random);
    Reserve reserve{.taps = {.gender = Gender::kWoman},
                    .territory_level = TerritoryLevel::kCountry,
                    .share_basis_points = 10'000,
                    .penalty = kWeightMax};
    const auto of_women = [&](const std::vector<Reserve>& reserves) {
      const PosedProblem posed = Pose(market, reserves, {}, rule);
      const auto cleared = Clear(posed.problem);
      EXPECT_TRUE(cleared.ok());
      EXPECT_TRUE(Verify(posed.problem, cleared->solution).ok());
      Units units = 0;
      for (size_t edge = 0; edge < posed.problem.edge_offer.size(); ++edge) {
        if (market.tap(market.offer(posed.problem.edge_offer[edge]).tap).gender == Gender::kWoman)
          units += cleared->solution.edge_units[edge];
      }
      return units;
    };
    with += of_women({reserve});
    without += of_women({});
  }
  EXPECT_GT(with, without);
}

TEST(Floors, AskOfATapNoMoreThanItsNeedsAndCapacityAllow) {
  Random random(3);
  for (int round = 0; round < 200; ++round) {
    const Market market = RandomMarket(random, 20, 20, 6);
    const PosedProblem posed = Pose(market, {}, {{{}, 10, 5'000}}, RandomScoreRule(random));
    ASSERT_TRUE(Validate(posed.problem).ok()) << Validate(posed.problem);
    for (const Kept& kept : posed.kept) {
      ASSERT_TRUE(kept.tap.present());
      ASSERT_LE(kept.quantity, 10);
      const Units capacity = market.tap(kept.tap).capacity;
      if (capacity > 0) {
        ASSERT_LE(kept.quantity, capacity);
      }
    }
    for (size_t edge = 0; edge < posed.problem.edge_offer.size(); ++edge) {
      const int64_t cells = posed.problem.edge_cell_begin[edge + 1] - posed.problem.edge_cell_begin[edge];
      ASSERT_LE(cells, 1);
    }
  }
}

}  // namespace
}  // namespace ayni::matcher
