// What came of a TAP's matches counts in its score; and a share is kept for those of whom nothing is known.
#include <gmock/gmock.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/services/match/spoken_market.h"

namespace ayni::services {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

class LearntSuccess : public SpokenMarket {
 protected:
  // Community TAPs, of which 750 services of 1,000 succeed.
  static v1::Policy Learning(int32_t prior_strength = 10) {
    v1::Policy policy = APolicy();
    policy.mutable_expected_success()->set_prior_strength(prior_strength);
    return policy;
  }
  // The need of 10 units was given to tap0, the cheaper of two, and both sides said yes.
  v1::Match Accept() {
    Fill(1, 10, 2, 100);
    market_.Put(Learning());
    v1::Offer cheaper = ReadOffer(0);
    cheaper.mutable_unit_price()->set_minor_units(40'000);
    market_.Put(cheaper);
    market_.CreateRound("r1");
    market_.Publish("rounds/r1");
    const v1::Match match = Matches("rounds/r1").at(0);
    EXPECT_EQ(match.tap(), "parties/tap0");
    Must(Say(Cooperative(match), match.name(), v1::AcceptMatchRequest()));
    Must(Say(Tap(match), match.name(), v1::AcceptMatchRequest()));
    return match;
  }
  void Must(const absl::StatusOr<v1::Match>& said) { ASSERT_TRUE(said.ok()) << said.status(); }
  // What is expected of tap0 for another need, of 1,000.
  int32_t Expected() {
    market_.Put(ANeed(market_, "coop0", "another", 5));
    const v1::ListCandidatesResponse listed = List("cooperatives/coop0/needs/another");
    for (const v1::Candidate& candidate : listed.candidates()) {
      if (candidate.offer() == "taps/tap0/offers/o") return candidate.score_parts().expected_success();
    }
    return -1;
  }
  // As many confirmed matches of tap0, half of them of one cooperative and half of another.
  void GiveRecord(int matches) {
    for (int at = 0; at < matches; ++at) {
      v1::Match match;
      match.set_name(absl::StrCat("rounds/old/matches/m", at));
      match.set_tap("parties/tap0");
      match.set_cooperative(absl::StrCat("parties/coop", at % 2));
      match.set_state(v1::Match::STATE_CONFIRMED);
      match.mutable_confirmation()->set_rating(5);
      match.mutable_confirmation()->set_quantity(1);
      market_.Put(match);
    }
  }
};

TEST_F(LearntSuccess, RisesOnceACooperativeConfirmsAndFallsWhereItIsDisputed) {
  const v1::Match match = Accept();
  EXPECT_EQ(Expected(), 750);
  Must(Say(Tap(match), match.name(), Deliver()));
  EXPECT_EQ(Expected(), 750) << "its own word";
  Must(Say(Cooperative(match), match.name(), Confirm()));
  EXPECT_EQ(Expected(), (10 * 750 + 1'000) / 11);
  market_.Restart();
  EXPECT_EQ(Expected(), (10 * 750 + 1'000) / 11);
  Must(Say(Cooperative(match), match.name(), Dispute()));
  EXPECT_EQ(Expected(), 750) << "until it is decided";
  Must(Say(Administrator(), match.name(), Decide(v1::Dispute::OUTCOME_NOT_DELIVERED)));
  EXPECT_EQ(Expected(), 10 * 750 / 11);
}

TEST_F(LearntSuccess, FallsByAPoorRating) {
  const v1::Match match = Accept();
  Must(Say(Tap(match), match.name(), Deliver()));
  v1::ConfirmMatchRequest poor = Confirm();
  poor.set_rating(2);
  Must(Say(Cooperative(match), match.name(), poor));
  EXPECT_EQ(Expected(), 10 * 750 / 11);
}

TEST_F(LearntSuccess, FallsWhereTheTapCallsItOffAndStaysWhereTheCooperativeDoes) {
  const v1::Match match = Accept();
  Must(Say(Cooperative(match), match.name(), Cancel()));
  EXPECT_EQ(Expected(), 750);
  market_.CreateRound("r2");
  market_.Publish("rounds/r2");
  const v1::Match again = Matches("rounds/r2").at(0);
  Must(Say(Cooperative(again), again.name(), v1::AcceptMatchRequest()));
  Must(Say(Tap(again), again.name(), v1::AcceptMatchRequest()));
  Must(Say(Tap(again), again.name(), Cancel()));
  EXPECT_EQ(Expected(), 10 * 750 / 11);
}

TEST_F(LearntSuccess, IsTheModelsWhereThePolicyGivesItsPriorNoStrength) {
  Fill(2, 10, 2, 100);
  GiveRecord(6);
  EXPECT_EQ(Expected(), 750);
  market_.Put(Learning());
  EXPECT_EQ(Expected(), (10 * 750 + 6'000) / 16);
}

class Exploration : public LearntSuccess {
 protected:
  // Two TAPs that are alike but for ten good outcomes of the first, and a need of 100 units, which either
  // could serve alone.
  void SetUp() override {
    Fill(1, 100, 2, 100);
    market_.Put(Learning());
    GiveRecord(10);
  }
  void SetReserve(int32_t outcome_count_max) {
    v1::Policy policy = Learning();
    v1::Reserve* reserve = policy.add_reserves();
    reserve->set_id("exploration");
    reserve->mutable_taps()->set_outcome_count_max(outcome_count_max);
    reserve->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
    reserve->set_share_basis_points(1'000);
    reserve->set_penalty(50'000);
    market_.Put(policy);
  }
  v1::RoundSummary Clear() {
    market_.CreateRound("r");
    return market_.Publish("rounds/r").summary();
  }
};

TEST_F(Exploration, WithoutItWhoHasNoRecordGetsNothing) {
  Clear();
  EXPECT_THAT(UnitsByTap("rounds/r"), UnorderedElementsAre(Pair("parties/tap0", 100)));
}

TEST_F(Exploration, KeepsItsShareForThem) {
  SetReserve(4);
  const v1::RoundSummary summary = Clear();
  EXPECT_THAT(UnitsByTap("rounds/r"),
              UnorderedElementsAre(Pair("parties/tap0", 90), Pair("parties/tap1", 10)));
  ASSERT_EQ(summary.reserves_size(), 1);
  EXPECT_EQ(summary.reserves(0).reserve(), "exploration");
  EXPECT_EQ(summary.reserves(0).matched_quantity(), 10);
  EXPECT_EQ(summary.reserves(0).matched_quantity_without(), 0);
}

TEST_F(Exploration, KeepsNothingWhereNobodyIsNew) {
  for (int at = 0; at < 5; ++at) {
    v1::Match match = market_.Read<v1::Match>(absl::StrCat("rounds/old/matches/m", at));
    match.set_name(absl::StrCat("rounds/old/matches/other", at));
    match.set_tap("parties/tap1");
    match.mutable_confirmation()->set_rating(1);
    market_.Put(match);
  }
  SetReserve(4);
  EXPECT_EQ(Clear().kept_quantity(), 0);
  EXPECT_THAT(UnitsByTap("rounds/r"), UnorderedElementsAre(Pair("parties/tap0", 100)));
}

// Ten outcomes, of which five count.
TEST_F(Exploration, CountsOfOneCooperativeNoMoreThanFive) {
  for (int at = 0; at < 10; ++at) {
    v1::Match match = market_.Read<v1::Match>(absl::StrCat("rounds/old/matches/m", at));
    match.set_cooperative("parties/coop0");
    market_.Put(match);
  }
  EXPECT_EQ(Expected(), (10 * 750 + 5'000) / 15);
}

}  // namespace
}  // namespace ayni::services
