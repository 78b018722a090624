#include "matcher/score.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "matcher/candidate.h"
#include "matcher/ineligibility.h"
#include "tests/matcher/random_market.h"

namespace ayni::matcher {
namespace {

constexpr Day kToday = kRandomToday;

// One need and one offer of one TAP in one district, worth known parts.
class OneScore : public testing::Test {
 protected:
  void SetUp() override {
    rule_.weights = {.fit = 200,
                     .distance = 200,
                     .price = 200,
                     .expected_success = 150,
                     .language = 50,
                     .waiting_time = 100,
                     .wishes = 50,
                     .urgency = 50};
    rule_.success_per_mille = {0, 750, 300, 500, 600};
    rule_.full_waiting_days = 100;
    market_.SetTerritory(
        {0}, {.level = TerritoryLevel::kDistrict, .place = PointAt({-140'000'000, -710'000'000})});
    tap_.model = TapModel::kCommunity;
    tap_.district = {0};
    need_.row.district = {0};
    need_.row.open_quantity = 10;
    need_.row.window = {kToday + 1, kToday + 10};
    need_.row.highest_price = 1'000;
    need_.row.posted = kToday - 25;
    need_.languages = {{0}, {1}, {2}};
    offer_.row.tap = {0};
    offer_.row.price = 700;
    offer_.row.window = {kToday + 4, kToday + 30};
    offer_.row.open_capacity = 10;
    offer_.languages = {{1}};
  }

  ScoreParts Parts() {
    market_.SetTap({0}, tap_);
    return PartsOf(market_, need_.Row(), offer_.Row(), rule_, kToday);
  }

  ScoreRule rule_;
  Market market_;
  Tap tap_;
  OwnedNeed need_;
  OwnedOffer offer_;
};

TEST_F(OneScore, FitIsTheShareOfTheNeedsDaysThatTheOfferHas) {
  EXPECT_EQ(Parts().fit, 700);
  offer_.row.window = {kToday - 5, kToday + 30};
  EXPECT_EQ(Parts().fit, 1'000);
}

TEST_F(OneScore, FitLeavesOutDaysThatAreOver) {
  need_.row.window = {kToday - 5, kToday + 4};
  offer_.row.window = {kToday - 30, kToday + 30};
  EXPECT_EQ(Parts().fit, 500);
}

TEST_F(OneScore, DistanceHalvesAtItsHalfDistance) {
  EXPECT_EQ(Parts().distance, 1'000);
  offer_.row.place = PointAt({-140'000'000, -708'146'300});
  market_.SetTap({0}, tap_);
  const int32_t metres = DistanceMetres(offer_.row.place, market_.territory({0}).place);
  ASSERT_EQ(metres, kHalfDistanceMetres);
  EXPECT_EQ(Parts().distance, 500);
}

TEST_F(OneScore, DistanceIsFromTheOfferElseTheTapElseItsDistrict) {
  const Point far = PointAt({-140'000'000, -700'000'000});
  const Point farther = PointAt({-140'000'000, -690'000'000});
  const int32_t at_district = Parts().distance;
  tap_.place = far;
  const int32_t at_tap = Parts().distance;
  offer_.row.place = farther;
  const int32_t at_offer = Parts().distance;
  EXPECT_GT(at_district, at_tap);
  EXPECT_GT(at_tap, at_offer);
}

TEST_F(OneScore, AnUnknownPlaceBringsNothingForDistance) {
  tap_.district = TerritoryIndex::None();
  EXPECT_EQ(Parts().distance, 0);
}

TEST_F(OneScore, PriceIsTheShareOfTheBudgetThatIsLeft) {
  EXPECT_EQ(Parts().price, 300);
  offer_.row.price = 1'000;
  EXPECT_EQ(Parts().price, 0);
  offer_.row.price = 0;
  EXPECT_EQ(Parts().price, 1'000);
  need_.row.highest_price = 0;
  EXPECT_EQ(Parts().price, 1'000);
}

TEST_F(OneScore, PriceHoldsForTheLargestAmounts) {
  need_.row.highest_price = 1'000'000'000'000;
  offer_.row.price = 1;
  EXPECT_EQ(Parts().price, 999);
}

TEST_F(OneScore, ExpectedSuccessIsThatOfTheModel) {
  EXPECT_EQ(Parts().expected_success, 750);
  tap_.model = TapModel::kEnterprise;
  EXPECT_EQ(Parts().expected_success, 300);
}

TEST_F(OneScore, LanguageIsTheShareOfTheNeedsLanguages) {
  EXPECT_EQ(Parts().language, 333);
  offer_.languages = {{0}, {1}, {2}, {3}};
  EXPECT_EQ(Parts().language, 1'000);
}

TEST_F(OneScore, WaitingTimeGrowsToItsFullDays) {
  EXPECT_EQ(Parts().waiting_time, 250);
  need_.row.posted = kToday - 1'000;
  EXPECT_EQ(Parts().waiting_time, 1'000);
  need_.row.posted = kToday + 1;
  EXPECT_EQ(Parts().waiting_time, 0);
}

TEST_F(OneScore, EachWishCountsAlike) {
  EXPECT_EQ(Parts().wishes, 1'000) << "nothing is wished";
  need_.row.wishes = {.community_tap = true, .woman_tap = true, .same_district = true};
  EXPECT_EQ(Parts().wishes, 666);
  tap_.gender = Gender::kWoman;
  EXPECT_EQ(Parts().wishes, 1'000);
  tap_.model = TapModel::kPublic;
  EXPECT_EQ(Parts().wishes, 666);
  tap_.district = {1};
  EXPECT_EQ(Parts().wishes, 333);
}

TEST_F(OneScore, UrgencyHasThreeSteps) {
  EXPECT_EQ(Parts().urgency, 0);
  need_.row.urgency = Urgency::kHigh;
  EXPECT_EQ(Parts().urgency, 500);
  need_.row.urgency = Urgency::kCritical;
  EXPECT_EQ(Parts().urgency, 1'000);
}

TEST_F(OneScore, IsTheWeightedSumOfItsParts) {
  EXPECT_EQ(Score(Parts(), rule_.weights),
            200 * 700 + 200 * 1'000 + 200 * 300 + 150 * 750 + 50 * 333 + 100 * 250 + 50 * 1'000 + 50 * 0);
}

TEST(Score, IsAtLeastOneAndAtMostAMillion) {
  EXPECT_EQ(Score({}, {.fit = kWeightSum}), 1);
  EXPECT_EQ(Score({.price = kPartMax}, {.price = kWeightSum}), 1'000'000);
  Random random(1);
  for (int round = 0; round < 300; ++round) {
    const Market market = RandomMarket(random, 20, 20, 5);
    const auto found = FindCandidates(market, CandidateIndex(market), RandomScoreRule(random), kToday);
    ASSERT_TRUE(found.ok());
    for (int32_t score : found->score) {
      ASSERT_GE(score, 1);
      ASSERT_LE(score, 1'000'000);
    }
  }
}

// Lesson 18 of the field: skill is never read off gender.
TEST(Score, SwappingGendersChangesNoScoreWhereNobodyWishesForAWoman) {
  Random random(2);
  for (int round = 0; round < 300; ++round) {
    Market market = RandomMarket(random, 20, 20, 5);
    for (int32_t at = 0; at < market.need_count(); ++at) {
      OwnedNeed need = RandomNeed(random);
      need.row.wishes.woman_tap = false;
      market.SetNeed({at}, need.Row());
    }
    const ScoreRule rule = RandomScoreRule(random);
    const auto before = FindCandidates(market, CandidateIndex(market), rule, kToday);
    for (int32_t at = 0; at < market.tap_count(); ++at) {
      Tap tap = market.tap({at});
      tap.gender = tap.gender == Gender::kWoman ? Gender::kMan : Gender::kWoman;
      market.SetTap({at}, tap);
    }
    const auto after = FindCandidates(market, CandidateIndex(market), rule, kToday);
    ASSERT_TRUE(before.ok());
    ASSERT_TRUE(after.ok());
    ASSERT_EQ(before->offer, after->offer);
    ASSERT_EQ(before->score, after->score);
  }
}

TEST(ScoreRule, NamesWhatIsWrongWithIt) {
  Random random(3);
  const ScoreRule good = RandomScoreRule(random);
  EXPECT_TRUE(Validate(good).ok());
  ScoreRule rule = good;
  rule.weights.fit += 1;
  EXPECT_EQ(Validate(rule), absl::InvalidArgumentError("score weights: they sum to 1001, not to 1000"));
  rule = good;
  rule.weights.fit -= 2'000;
  rule.weights.price += 2'000;
  EXPECT_EQ(Validate(rule), absl::InvalidArgumentError("score weights: each is at least 0"));
  rule = good;
  rule.success_per_mille[1] = 1'001;
  EXPECT_EQ(Validate(rule), absl::InvalidArgumentError("expected success: each is 0 to 1,000 per mille"));
  rule = good;
  rule.full_waiting_days = 0;
  EXPECT_EQ(Validate(rule),
            absl::InvalidArgumentError(absl::StrCat("full waiting days: 1 to ", kFullWaitingDaysMax)));
}

}  // namespace
}  // namespace ayni::matcher
