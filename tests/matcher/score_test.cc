#include "matcher/score.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <tuple>
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

TEST_F(OneScore, TrainingIsTheShareOfTheCurriculaThatTheTapHoldsToday) {
  const auto module = [this](Curriculum curriculum, Window window) {
    tap_.credentials.push_back({.scheme = {0}, .window = window, .curriculum = curriculum});
  };
  EXPECT_EQ(Parts().training, 0);
  tap_.credentials.push_back({.scheme = {0}, .window = {0, kDayMax}});
  EXPECT_EQ(Parts().training, 0) << "a certificate is no module";
  module(Curriculum::kLeadership, {0, kToday - 1});
  module(Curriculum::kBusiness, {kToday + 1, kDayMax});
  EXPECT_EQ(Parts().training, 0) << "not on the day";
  module(Curriculum::kLeadership, {0, kToday});
  module(Curriculum::kLeadership, {kToday, kDayMax});
  EXPECT_EQ(Parts().training, 250) << "once, however often it was taught";
  module(Curriculum::kMarketFairness, {0, kDayMax});
  module(Curriculum::kValueChain, {0, kDayMax});
  module(Curriculum::kBusiness, {0, kDayMax});
  EXPECT_EQ(Parts().training, 1'000);
}

TEST_F(OneScore, OriginCountsWhereACommunityChoseTheTapAndTheNeedIsForLong) {
  EXPECT_EQ(Parts().origin, 0) << "no contract is long";
  rule_.long_contract_days = 10;
  EXPECT_EQ(Parts().origin, 1'000);
  rule_.long_contract_days = 11;
  EXPECT_EQ(Parts().origin, 0);
  rule_.long_contract_days = 10;
  tap_.model = TapModel::kEnterprise;
  EXPECT_EQ(Parts().origin, 0);
}

TEST_F(OneScore, ExpectedSuccessLearnsFromOutcomesAndYears) {
  tap_.outcomes = 7;
  tap_.successes = 6;
  tap_.practising_since = kToday - 5 * 366;
  EXPECT_EQ(Parts().expected_success, 750) << "the model alone";
  rule_.prior_strength = 10;
  EXPECT_EQ(Parts().expected_success, (10 * 750 + 6'000) / 17);
  rule_.survival_years_max = 3;
  EXPECT_EQ(Parts().expected_success, (10 * 750 + 9'000) / 20);
  tap_.practising_since = kToday - 800;
  EXPECT_EQ(Parts().expected_success, (10 * 750 + 8'000) / 19);
  tap_.practising_since = kDayMax;
  EXPECT_EQ(Parts().expected_success, (10 * 750 + 6'000) / 17) << "unknown is no year";
}

// Anniversaries counted one by one on the calendar.
int32_t YearsByHand(Day since, Day today) {
  if (since == kDayMax) return 0;
  const std::chrono::year_month_day start{std::chrono::sys_days{std::chrono::days{since}}};
  const std::chrono::year_month_day end{std::chrono::sys_days{std::chrono::days{today}}};
  int32_t years = 0;
  while (std::tuple(start.year() + std::chrono::years{years + 1}, start.month(), start.day()) <=
         std::tuple(end.year(), end.month(), end.day()))
    ++years;
  return years;
}

// A Beta distribution that is updated one observation at a time: alpha and beta in thousandths, and its mean
// as the fraction that it is.
TEST(SuccessPerMille, IsTheMeanOfTheDistributionThatEachOutcomeUpdates) {
  Random random(11);
  int64_t changed = 0;
  for (int round = 0; round < 20'000; ++round) {
    ScoreRule rule;
    for (int32_t& success : rule.success_per_mille) success = Between(random, 0, kPartMax);
    rule.prior_strength =
        Between(random, 0, 3) == 0 ? Between(random, 1, kPriorStrengthMax) : Between(random, 1, 30);
    rule.survival_years_max = Between(random, 0, kSurvivalYearsMax);
    Tap tap;
    tap.model = static_cast<TapModel>(Between(random, 0, kTapModelCount - 1));
    tap.outcomes = Between(random, 0, 400);
    tap.successes = Between(random, 0, tap.outcomes);
    if (Between(random, 0, 3) > 0) tap.practising_since = kToday - Between(random, -800, 9'000);
    const int64_t model = rule.success_per_mille[static_cast<size_t>(tap.model)];
    int64_t alpha = rule.prior_strength * model;
    int64_t beta = rule.prior_strength * (kPartMax - model);
    for (int32_t at = 0; at < tap.outcomes; ++at) (at < tap.successes ? alpha : beta) += kPartMax;
    const int32_t years = std::min(YearsByHand(tap.practising_since, kToday), rule.survival_years_max);
    for (int32_t year = 0; year < years; ++year) alpha += kPartMax;
    const int32_t learnt = SuccessPerMille(rule, tap, kToday);
    // learnt is the greatest whole number of thousandths that is not above the mean.
    ASSERT_LE(learnt * (alpha + beta), kPartMax * alpha);
    ASSERT_GT((learnt + 1) * (alpha + beta), kPartMax * alpha);
    changed += learnt != model ? 1 : 0;
  }
  EXPECT_GT(changed, 10'000);
}

TEST(SuccessPerMille, RisesBySuccessesAndFallsByFailures) {
  Random random(12);
  for (int round = 0; round < 5'000; ++round) {
    ScoreRule rule;
    rule.success_per_mille[1] = Between(random, 0, kPartMax);
    rule.prior_strength = Between(random, 1, 40);
    Tap tap;
    tap.model = TapModel::kCommunity;
    tap.outcomes = Between(random, 0, 50);
    tap.successes = Between(random, 0, tap.outcomes);
    const int32_t before = SuccessPerMille(rule, tap, kToday);
    Tap better = tap, worse = tap;
    ++better.outcomes;
    ++better.successes;
    ++worse.outcomes;
    ASSERT_GE(SuccessPerMille(rule, better, kToday), before);
    ASSERT_LE(SuccessPerMille(rule, worse, kToday), before);
  }
}

class PublicRoles : public OneScore {
 protected:
  void SetUp() override {
    OneScore::SetUp();
    market_.SetTerritory({1}, {.level = TerritoryLevel::kProvince});
    market_.SetTerritory({0}, {.parent = {1}, .level = TerritoryLevel::kDistrict});
    need_.row.service = {0};
    offer_.row.free_days = {kToday, kToday};
    rule_.public_roles = {
        {.tap = {0}, .territories = {{1}}, .services = {{0}}, .window = {kDayMin, kDayMax}}};
  }
  bool First() {
    market_.SetTap({0}, tap_);
    return ComesFirst(market_, need_.Row(), offer_.Row(), rule_, kToday);
  }
};

TEST_F(PublicRoles, PutATapFirstForWhatTheyAreOf) {
  EXPECT_TRUE(First());
  rule_.public_roles[0].tap = {1};
  EXPECT_FALSE(First()) << "another TAP's";
  rule_.public_roles[0].tap = {0};
  rule_.public_roles[0].services = {{1}};
  EXPECT_FALSE(First()) << "another service";
  rule_.public_roles[0].services = {{1}, {0}};
  rule_.public_roles[0].territories = {{2}};
  EXPECT_FALSE(First()) << "another territory";
  rule_.public_roles[0].territories = {{0}};
  EXPECT_TRUE(First()) << "the district itself";
}

TEST_F(PublicRoles, AskThatNothingIsChargedOnTheDay) {
  offer_.row.free_days = {kToday + 1, kDayMax};
  EXPECT_FALSE(First());
  offer_.row.free_days = {kDayMin, kToday - 1};
  EXPECT_FALSE(First());
  offer_.row.free_days = {};
  EXPECT_FALSE(First());
}

// The need's days are 1 to 10 from today, the offer's 4 to 30.
TEST_F(PublicRoles, HoldOnDaysOnWhichTheServiceCanBeGiven) {
  rule_.public_roles[0].window = {kToday, kToday + 3};
  EXPECT_FALSE(First());
  rule_.public_roles[0].window = {kToday, kToday + 4};
  EXPECT_TRUE(First());
  rule_.public_roles[0].window = {kToday + 10, kToday + 10};
  EXPECT_TRUE(First());
  rule_.public_roles[0].window = {kToday + 11, kDayMax};
  EXPECT_FALSE(First());
}

TEST_F(PublicRoles, GiveTheGreatestScoreAndNobodyElseHasIt) {
  market_.SetTap({0}, tap_);
  const auto score = [this](const ScoreParts& parts) {
    return ScoreOf(market_, need_.Row(), offer_.Row(), parts, rule_, kToday);
  };
  ScoreParts full;
  for (int32_t* part : {&full.fit, &full.distance, &full.price, &full.expected_success, &full.language,
                        &full.waiting_time, &full.wishes, &full.urgency})
    *part = kPartMax;
  EXPECT_EQ(score({}), kScoreMax);
  offer_.row.free_days = {};
  EXPECT_EQ(score({}), 1);
  EXPECT_EQ(score(full), kScoreMax - 1);
  rule_.public_roles.clear();
  EXPECT_EQ(score(full), kScoreMax) << "where there are no roles nothing is as it was not";
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
  rule.prior_strength = kPriorStrengthMax + 1;
  EXPECT_EQ(Validate(rule), absl::InvalidArgumentError("prior strength: 0 to 10000"));
  rule = good;
  rule.survival_years_max = -1;
  EXPECT_EQ(Validate(rule), absl::InvalidArgumentError("survival years: 0 to 50"));
  rule = good;
  rule.long_contract_days = kLongContractDaysMax + 1;
  EXPECT_EQ(Validate(rule), absl::InvalidArgumentError("long contract days: 0 to 1096"));
  rule = good;
  rule.weights.fit -= 1;
  rule.weights.training += 1;
  EXPECT_TRUE(Validate(rule).ok() || rule.weights.fit < 0) << "training is one of the weights";
  rule = good;
  rule.public_roles.resize(kPublicRolesMax + 1);
  EXPECT_EQ(Validate(rule), absl::InvalidArgumentError("public roles: at most 50"));
  rule = good;
  rule.full_waiting_days = 0;
  EXPECT_EQ(Validate(rule),
            absl::InvalidArgumentError(absl::StrCat("full waiting days: 1 to ", kFullWaitingDaysMax)));
}

}  // namespace
}  // namespace ayni::matcher
