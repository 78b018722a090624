#include "services/market/named_market.h"

#include <gtest/gtest.h>

#include "matcher/candidate.h"
#include "matcher/ineligibility.h"
#include "services/market/engine_day.h"
#include "services/market/policy.h"
#include "tests/services/stored_market.h"

namespace ayni::services {
namespace {

google::type::Date ADate(int year, int month, int day) {
  google::type::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

// One need that one offer may serve.
class OnePair : public testing::Test {
 protected:
  void SetUp() override {
    v1::Territory district;
    district.set_name("territories/d0");
    district.set_level(v1::TERRITORY_LEVEL_DISTRICT);
    named_.Put(district);
    named_.Put(ATap("tap"));
    need_ = ANeed(clock_, "coop", "n", 10);
    offer_ = AnOffer(clock_, "tap", "o", 10);
    offer_.mutable_coverage()->set_territories(0, "territories/d0");
  }

  matcher::Ineligibility Reason() {
    named_.Put(need_);
    named_.Put(offer_);
    const matcher::Market& market = named_.market();
    return matcher::WhyNot(market, market.need({0}), market.offer({0}), DayOf(clock_.now()));
  }

  StoredMarket clock_;
  NamedMarket named_;
  v1::Need need_;
  v1::Offer offer_;
};

TEST_F(OnePair, IsEligible) { EXPECT_EQ(Reason(), matcher::Ineligibility::kNone); }

TEST_F(OnePair, EachQuechuaIsALanguageOfItsOwn) {
  need_.set_languages(0, "quz");
  offer_.set_languages(0, "qwh");
  EXPECT_EQ(Reason(), matcher::Ineligibility::kLanguage);
  offer_.set_languages(0, "quz");
  EXPECT_EQ(Reason(), matcher::Ineligibility::kNone);
}

TEST_F(OnePair, AModuleOfTrainingIsNoCertificate) {
  v1::Credential module;
  module.set_name("credentials/module");
  module.set_holder("parties/tap");
  module.set_scheme("leadership");
  module.set_curriculum(v1::CURRICULUM_LEADERSHIP);
  *module.mutable_issue_date() = ADate(2026, 1, 1);
  named_.Put(module);
  need_.add_required_credentials("leadership");
  EXPECT_EQ(Reason(), matcher::Ineligibility::kCredential);
  module.set_curriculum(v1::CURRICULUM_UNSPECIFIED);
  named_.Put(module);
  EXPECT_EQ(Reason(), matcher::Ineligibility::kNone);
}

TEST_F(OnePair, CostsProducersNothingAsLongAsAFunderPaysAll) {
  const auto free_days = [this] {
    named_.Put(offer_);
    return named_.market().offer({0}).free_days;
  };
  const matcher::Window never, always{matcher::kDayMin, matcher::kDayMax};
  EXPECT_EQ(free_days(), never);
  offer_.mutable_subsidised()->set_funder("parties/ministry");
  EXPECT_EQ(free_days(), always);
  offer_.mutable_subsidised()->set_producer_share_basis_points(1);
  EXPECT_EQ(free_days(), never);
  offer_.mutable_subsidised()->clear_producer_share_basis_points();
  offer_.mutable_subsidised()->set_budget("funders/ministry/budgets/b");
  EXPECT_EQ(free_days(), never) << "a budget that nobody knows";
  v1::Budget budget;
  budget.set_name("funders/ministry/budgets/b");
  *budget.mutable_window()->mutable_start_date() = ADate(2026, 11, 1);
  *budget.mutable_window()->mutable_end_date() = ADate(2026, 12, 31);
  *budget.add_producer_shares()->mutable_start_date() = ADate(2026, 10, 1);
  named_.Put(budget);
  const matcher::Day first = DayOf(ADate(2026, 11, 1));
  EXPECT_EQ(named_.market().offer({0}).free_days, (matcher::Window{first, DayOf(ADate(2026, 12, 31))}));
  *budget.add_producer_shares()->mutable_start_date() = ADate(2026, 12, 10);
  budget.mutable_producer_shares(1)->set_share_basis_points(2'000);
  named_.Put(budget);
  EXPECT_EQ(named_.market().offer({0}).free_days, (matcher::Window{first, DayOf(ADate(2026, 12, 9))}));
  named_.RemoveBudget(budget.name());
  EXPECT_EQ(named_.market().offer({0}).free_days, never);
}

TEST_F(OnePair, TheMacrolanguageMatchesNothingNotEvenItself) {
  need_.set_languages(0, "que");
  offer_.set_languages(0, "quz");
  EXPECT_EQ(Reason(), matcher::Ineligibility::kLanguage);
  offer_.set_languages(0, "que");
  EXPECT_EQ(Reason(), matcher::Ineligibility::kLanguage);
}

TEST_F(OnePair, ACredentialEndsOnTheDayBeforeItIsRevoked) {
  need_.add_required_credentials("scheme");
  v1::Credential credential;
  credential.set_name("credentials/c");
  credential.set_holder("parties/tap");
  credential.set_scheme("scheme");
  *credential.mutable_issue_date() = ADate(2026, 1, 1);
  named_.Put(credential);
  EXPECT_EQ(Reason(), matcher::Ineligibility::kNone);
  *credential.mutable_revoke_date() = need_.window().end_date();
  named_.Put(credential);
  EXPECT_EQ(Reason(), matcher::Ineligibility::kCredential);
  credential.mutable_revoke_date()->set_day(need_.window().end_date().day() + 1);
  named_.Put(credential);
  EXPECT_EQ(Reason(), matcher::Ineligibility::kNone);
  named_.RemoveCredential("credentials/c");
  EXPECT_EQ(Reason(), matcher::Ineligibility::kCredential);
}

TEST_F(OnePair, ASuspendedCredentialIsLackingOnItsDays) {
  need_.add_required_credentials("scheme");
  v1::Credential other;
  other.set_name("credentials/other");
  other.set_holder("parties/tap");
  other.set_scheme("another-scheme");
  *other.mutable_issue_date() = ADate(2026, 1, 1);
  v1::Credential credential = other;
  credential.set_name("credentials/c");
  credential.set_scheme("scheme");
  // Before the need's window, of which it takes nothing.
  *credential.add_suspensions()->mutable_start_date() = ADate(2026, 2, 1);
  *credential.mutable_suspensions(0)->mutable_end_date() = ADate(2026, 2, 28);
  named_.Put(credential);
  named_.Put(other);
  EXPECT_EQ(Reason(), matcher::Ineligibility::kNone);
  *credential.add_suspensions()->mutable_start_date() = need_.window().end_date();
  named_.Put(credential);
  EXPECT_EQ(Reason(), matcher::Ineligibility::kCredential);
  named_.RemoveCredential("credentials/other");
  EXPECT_EQ(Reason(), matcher::Ineligibility::kCredential);
  // Lifted before it began.
  *credential.mutable_suspensions(1)->mutable_end_date() = DateOf(DayOf(need_.window().end_date()) - 1);
  named_.Put(credential);
  EXPECT_EQ(Reason(), matcher::Ineligibility::kNone);
  named_.RemoveCredential("credentials/c");
  EXPECT_EQ(Reason(), matcher::Ineligibility::kCredential);
  EXPECT_TRUE(named_.market().tap(named_.FindTap("parties/tap")).credentials.empty());
}

TEST_F(OnePair, ACredentialMayPassToAnotherHolder) {
  need_.add_required_credentials("scheme");
  named_.Put(ATap("other"));
  v1::Credential credential;
  credential.set_name("credentials/c");
  credential.set_scheme("scheme");
  *credential.mutable_issue_date() = ADate(2026, 1, 1);
  credential.set_holder("parties/other");
  named_.Put(credential);
  EXPECT_EQ(Reason(), matcher::Ineligibility::kCredential);
  credential.set_holder("parties/tap");
  named_.Put(credential);
  EXPECT_EQ(Reason(), matcher::Ineligibility::kNone);
}

TEST_F(OnePair, WhatIsMatchedOrBookedTakesNoRow) {
  EXPECT_EQ(Reason(), matcher::Ineligibility::kNone);
  need_.set_matched_quantity(10);
  named_.Put(need_);
  EXPECT_EQ(named_.need_count(), 0);
  offer_.set_booked_quantity(10);
  named_.Put(offer_);
  EXPECT_EQ(named_.offer_count(), 0);
}

TEST_F(OnePair, TheOpenQuantityIsWhatMatchesLeft) {
  need_.set_matched_quantity(3);
  offer_.set_booked_quantity(4);
  EXPECT_EQ(Reason(), matcher::Ineligibility::kNone);
  EXPECT_EQ(named_.market().need({0}).open_quantity, 7);
  EXPECT_EQ(named_.market().offer({0}).open_capacity, 6);
}

TEST_F(OnePair, ANeedThatNobodyKnowsMeetsNothing) {
  named_.Put(offer_);
  need_.set_service("services/unknown");
  NeedColumns columns;
  EXPECT_EQ(matcher::WhyNot(named_.market(), named_.ToColumns(need_, &columns), named_.market().offer({0}),
                            DayOf(clock_.now())),
            matcher::Ineligibility::kService);
}

TEST_F(OnePair, ATapWithoutItsRolePutsNoWishThrough) {
  named_.Put(ATap("tap"));
  const matcher::TapIndex tap = named_.FindTap("parties/tap");
  EXPECT_EQ(named_.market().tap(tap).model, matcher::TapModel::kCommunity);
  named_.Put(ACooperative("tap"));
  EXPECT_EQ(named_.market().tap(tap).model, matcher::TapModel::kUnknown);
}

TEST_F(OnePair, OwnersJoinTheirTaps) {
  named_.Put(ATap("tap2"));
  v1::Relation relation;
  relation.set_name("relations/r");
  relation.set_subject("parties/tap");
  relation.set_object("parties/tap2");
  relation.set_type(v1::RELATION_TYPE_OWNS);
  relation.set_share_basis_points(2'500);
  *relation.mutable_end_date() = ADate(2026, 11, 24);
  relation.set_standing(v1::RELATION_STANDING_CLAIMED);
  named_.Put(relation);
  named_.JoinControllers(DayOf(clock_.now()), 0);
  EXPECT_EQ(named_.NameOf(named_.market().tap(named_.FindTap("parties/tap2")).ownership_group),
            "parties/tap2");
  relation.set_standing(v1::RELATION_STANDING_CONFIRMED);
  named_.Put(relation);
  const matcher::TapIndex tap2 = named_.FindTap("parties/tap2");
  named_.JoinControllers(DayOf(clock_.now()), 0);
  EXPECT_EQ(named_.NameOf(named_.market().tap(tap2).ownership_group), "parties/tap");
  named_.JoinControllers(DayOf(clock_.now()) + 2, 0);
  EXPECT_EQ(named_.NameOf(named_.market().tap(tap2).ownership_group), "parties/tap2");
}

TEST(Days, CountFromTheEpochAndEndEverywhereBeforeTheyAreOver) {
  EXPECT_EQ(DayOf(ADate(1970, 1, 1)), 0);
  EXPECT_EQ(DayOf(ADate(2000, 3, 1)), 11'017);
  EXPECT_EQ(DayOf(absl::UnixEpoch() + absl::Hours(11)), -1);
  EXPECT_EQ(DayOf(absl::UnixEpoch() + absl::Hours(12)), 0);
  EXPECT_EQ(DayOf(absl::UnixEpoch() + absl::Hours(35)), 0);
  EXPECT_EQ(DayOf(absl::UnixEpoch() + absl::Hours(36)), 1);
}

TEST(Policies, CarryEveryLimitAcross) {
  v1::Policy policy = APolicy();
  v1::Limit* limit = policy.add_limits();
  limit->set_controller_level(v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP);
  limit->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
  limit->set_by_value_chain(true);
  limit->set_share_basis_points(3'000);
  limit->set_window_days(90);
  limit->set_min_controllers(4);
  limit->set_thin_market_rule(v1::THIN_MARKET_RULE_ENFORCE);
  const auto engine = ToEngine(policy);
  ASSERT_TRUE(engine.ok());
  ASSERT_EQ(engine->limits.size(), 1u);
  EXPECT_EQ(engine->limits[0].controller_level, matcher::ControllerLevel::kOwnershipGroup);
  EXPECT_EQ(engine->limits[0].territory_level, matcher::TerritoryLevel::kProvince);
  EXPECT_TRUE(engine->limits[0].by_value_chain);
  EXPECT_EQ(engine->limits[0].share_basis_points, 3'000);
  EXPECT_EQ(engine->limits[0].window_days, 90);
  EXPECT_EQ(engine->limits[0].min_controllers, 4);
  EXPECT_EQ(engine->limits[0].thin_market_rule, matcher::ThinMarketRule::kEnforce);
  EXPECT_EQ(engine->score_rule.weights.fit, 200);
  EXPECT_EQ(engine->score_rule.success_per_mille[1], 750);
}

TEST(Policies, ThatTheEngineWouldRefuseAreNamed) {
  v1::Policy policy = APolicy();
  policy.mutable_score_weights()->set_fit(1'000);
  EXPECT_EQ(ToEngine(policy).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(NameTable, GivesFreedIndicesAgain) {
  NameTable<matcher::NeedIndex> names;
  EXPECT_EQ(names.Intern("a").value, 0);
  EXPECT_EQ(names.Intern("b").value, 1);
  EXPECT_EQ(names.Intern("a").value, 0);
  names.Erase({0});
  EXPECT_FALSE(names.Find("a").present());
  EXPECT_EQ(names.NameOf(matcher::NeedIndex{0}), "");
  EXPECT_EQ(names.Intern("c").value, 0);
  EXPECT_EQ(names.NameOf(matcher::NeedIndex{0}), "c");
  EXPECT_EQ(names.size(), 2u);
}

}  // namespace
}  // namespace ayni::services
