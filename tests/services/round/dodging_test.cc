// Ways round a limit, each tried: what a controller is given is then what it would have been given without.
#include <utility>

#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/relation_service.pb.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

class Dodging : public RoundMarket {
 protected:
  void PutParty(const std::string& id) {
    v1::Party party;
    party.set_name("parties/" + id);
    party.set_display_name(id);
    party.add_roles(v1::PARTY_ROLE_COMPANY);
    market_.Put(party);
  }
  void Relate(const std::string& subject, v1::RelationType type, const std::string& object, int share = 0,
              std::pair<int, int> days = {-1'000, 1'000}) {
    v1::Relation relation;
    relation.set_name(absl::StrCat("relations/r", ++relation_count_));
    relation.set_subject("parties/" + subject);
    relation.set_object("parties/" + object);
    relation.set_type(type);
    relation.set_share_basis_points(share);
    relation.set_standing(v1::RELATION_STANDING_CONFIRMED);
    *relation.mutable_start_date() = DateIn(days.first);
    *relation.mutable_end_date() = DateIn(days.second);
    market_.Put(relation);
  }
  google::type::Date DateIn(int days) {
    const absl::CivilDay day = absl::ToCivilDay(market_.now(), absl::UTCTimeZone()) + days;
    google::type::Date date;
    date.set_year(static_cast<int>(day.year()));
    date.set_month(day.month());
    date.set_day(day.day());
    return date;
  }
  void SetLevel(v1::ControllerLevel level, int share_basis_points,
                v1::LimitBasis basis = v1::LIMIT_BASIS_DEMAND) {
    v1::Policy policy = GroupPolicy(share_basis_points);
    policy.mutable_limits(0)->set_controller_level(level);
    policy.mutable_limits(0)->set_basis(basis);
    policy.mutable_limits(0)->set_window_days(30);
    market_.Put(policy);
  }
  std::map<std::string, int64_t> Clear(const std::string& id) {
    market_.CreateRound(id);
    market_.Publish("rounds/" + id);
    return UnitsByTap("rounds/" + id);
  }
  // Of 100 units and a limit of 30 % of controllers of the level: what a dodge would have given each of two
  // TAPs they have together.
  void ExpectOneCapUnder(v1::ControllerLevel level) {
    SetLevel(level, 3'000);
    auto units = Clear("r1");
    EXPECT_LE(units["parties/tap0"] + units["parties/tap1"], 30);
  }
  v1::SegmentReport Report(const std::string& round, const std::string& limit) {
    v1::ListSegmentReportsRequest request;
    request.set_parent(round);
    const auto listed =
        market_.Call<v1::ListSegmentReportsResponse>("ayni.v1.AuditService/ListSegmentReports", request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    for (const v1::SegmentReport& report : listed->segment_reports()) {
      if (report.segment().limit() == limit) return report;
    }
    ADD_FAILURE() << "no report under " << limit;
    return {};
  }

  int relation_count_ = 0;
};

TEST_F(Dodging, TwoShellsUnderOneOwnerAreOne) {
  Fill(1, 100, 4, 100);
  PutParty("owner");
  Relate("owner", v1::RELATION_TYPE_OWNS, "tap0", 10'000);
  Relate("owner", v1::RELATION_TYPE_OWNS, "tap1", 2'500);
  ExpectOneCapUnder(v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP);
}

TEST_F(Dodging, AChainOfHoldingsJustUnderTheThresholdJoins) {
  Fill(1, 100, 4, 100);
  for (const char* id : {"owner", "holding", "other"}) PutParty(id);
  // 51 % decides alone, and 20 % at first hand with 6 % through another company make 26 %.
  Relate("owner", v1::RELATION_TYPE_OWNS, "holding", 5'100);
  Relate("holding", v1::RELATION_TYPE_OWNS, "tap0", 2'500);
  Relate("owner", v1::RELATION_TYPE_OWNS, "tap1", 2'000);
  Relate("owner", v1::RELATION_TYPE_OWNS, "other", 3'000);
  Relate("other", v1::RELATION_TYPE_OWNS, "tap1", 2'000);
  ExpectOneCapUnder(v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP);
}

TEST_F(Dodging, CircularOwnershipIsOneGroup) {
  Fill(1, 100, 4, 100);
  PutParty("loop");
  Relate("tap0", v1::RELATION_TYPE_OWNS, "loop", 6'000);
  Relate("loop", v1::RELATION_TYPE_OWNS, "tap1", 6'000);
  Relate("tap1", v1::RELATION_TYPE_OWNS, "tap0", 6'000);
  ExpectOneCapUnder(v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP);
}

// In Cajamarca twelve promoters stood before one distributor.
TEST_F(Dodging, ADistributorBehindFiveTapsIsSeenAndHeld) {
  Fill(5, 20, 5, 20);
  PutParty("distributor");
  for (int tap = 0; tap < 5; ++tap)
    Relate("distributor", v1::RELATION_TYPE_SUPPLIES, absl::StrCat("tap", tap));
  v1::Policy policy = GroupPolicy(10'000);
  policy.mutable_limits(0)->set_id("taps");
  policy.mutable_limits(0)->set_controller_level(v1::CONTROLLER_LEVEL_TAP);
  policy.mutable_limits(0)->set_share_basis_points(2'000);
  *policy.add_limits() = policy.limits(0);
  policy.mutable_limits(1)->set_id("suppliers");
  policy.mutable_limits(1)->set_controller_level(v1::CONTROLLER_LEVEL_SUPPLIER);
  policy.mutable_limits(1)->set_share_basis_points(10'000);
  policy.mutable_thresholds()->set_high_hhi(1'800);
  market_.Put(policy);
  Clear("r1");
  EXPECT_EQ(Report("rounds/r1", "taps").hhi(), 2'000);
  EXPECT_EQ(Report("rounds/r1", "taps").effective_controllers_hundredths(), 500);
  const v1::SegmentReport suppliers = Report("rounds/r1", "suppliers");
  EXPECT_EQ(suppliers.hhi(), 10'000);
  EXPECT_EQ(suppliers.cr1_basis_points(), 10'000);
  ASSERT_EQ(suppliers.shares_size(), 1);
  EXPECT_EQ(suppliers.shares(0).controller(), "parties/distributor");
  ASSERT_EQ(suppliers.warnings_size(), 1);
  EXPECT_EQ(suppliers.warnings(0), v1::CONCENTRATION_WARNING_HIGH_HHI);
  ASSERT_TRUE(Undo("rounds/r1", "to hold it to a share").ok());
  policy.mutable_limits(1)->set_share_basis_points(3'000);
  market_.Put(policy);
  Clear("r2");
  EXPECT_EQ(UnitsOf("rounds/r2"), 30);
}

TEST_F(Dodging, ABrandBehindSeveralTapsIsHeldToOneShare) {
  Fill(1, 100, 4, 100);
  PutParty("brand");
  PutParty("shell");
  // One TAP represents it itself, of the other its owner does.
  Relate("tap0", v1::RELATION_TYPE_REPRESENTS_BRAND_OF, "brand");
  Relate("shell", v1::RELATION_TYPE_OWNS, "tap1", 9'000);
  Relate("shell", v1::RELATION_TYPE_REPRESENTS_BRAND_OF, "brand");
  ExpectOneCapUnder(v1::CONTROLLER_LEVEL_BRAND);
}

TEST_F(Dodging, AnOfferThatNamesItsSellerCountsWithIt) {
  Fill(1, 100, 4, 100);
  PutParty("seller");
  for (int tap = 0; tap < 2; ++tap) {
    v1::Offer offer = ReadOffer(tap);
    offer.mutable_embedded()->set_product("vaccine");
    offer.mutable_embedded()->set_seller("parties/seller");
    market_.Put(offer);
  }
  ExpectOneCapUnder(v1::CONTROLLER_LEVEL_SUPPLIER);
}

TEST_F(Dodging, AFunderBehindSeveralTapsIsHeldToOneShare) {
  Fill(1, 100, 4, 100);
  PutParty("funder");
  Relate("funder", v1::RELATION_TYPE_FUNDS, "tap0");
  Relate("funder", v1::RELATION_TYPE_FUNDS, "tap1");
  ExpectOneCapUnder(v1::CONTROLLER_LEVEL_FUNDER);
}

TEST_F(Dodging, SellingATapADayBeforeTheRoundLeavesItsUnitsWithTheSeller) {
  Fill(1, 100, 4, 100);
  PutParty("seller");
  PutParty("straw");
  Relate("seller", v1::RELATION_TYPE_OWNS, "tap0", 10'000, {-500, -1});
  Relate("straw", v1::RELATION_TYPE_OWNS, "tap0", 10'000, {0, 500});
  Relate("seller", v1::RELATION_TYPE_OWNS, "tap1", 10'000);
  ExpectOneCapUnder(v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP);
  // What was sold before the limit's window is gone for good.
  ASSERT_TRUE(Undo("rounds/r1", "to see what is sold long ago").ok());
  market_.Advance(absl::Hours(24 * 5));
  v1::Policy policy = GroupPolicy(3'000);
  policy.mutable_limits(0)->set_window_days(3);
  market_.Put(policy);
  EXPECT_EQ(Clear("r2").size(), 4u);
  EXPECT_EQ(UnitsOf("rounds/r2"), 100);
}

TEST_F(Dodging, ManySmallNeedsAreHeldAsOneIs) {
  Fill(50, 2, 4, 100);
  SetLevel(v1::CONTROLLER_LEVEL_TAP, 3'000);
  for (const auto& [tap, units] : Clear("r1")) EXPECT_LE(units, 30) << tap;
}

TEST_F(Dodging, DemandThatIsPostedAndNotMatchedLiftsNoCap) {
  Fill(1, 100, 4, 100);
  SetLevel(v1::CONTROLLER_LEVEL_TAP, 3'000, v1::LIMIT_BASIS_MATCHED);
  // A friend of tap0 asks for a vast quantity, of which only a little more can be matched by anybody.
  v1::Offer offer = ReadOffer(0);
  offer.set_capacity(100'000);
  market_.Put(offer);
  market_.Put(ACooperative("friend"));
  market_.Put(ANeed(market_, "friend", "phantom", 100'000));
  auto units = Clear("r1");
  const int64_t all = UnitsOf("rounds/r1");
  EXPECT_LE(units["parties/tap0"], (3 * all + 9) / 10);
  // The others' capacity of 300 bounds it: 30 % of what is matched, whatever is asked for.
  EXPECT_LE(units["parties/tap0"], 129);
  EXPECT_EQ(Report("rounds/r1", "groups").volume(), all);
}

// The phantom: tap0 says that it has a vast capacity, and a friend, or many in the friend's name, asks for it
// in a language that no other TAP speaks.
class Phantom : public Dodging {
 protected:
  void Lay(int64_t units, int needs) {
    Fill(1, 100, 4, 100);
    v1::Offer offer = ReadOffer(0);
    offer.set_capacity(100 + units);
    offer.add_languages("cni");
    market_.Put(offer);
    for (int at = 0; at < needs; ++at) Post(absl::StrCat("friend", at), units / needs);
  }
  void Post(const std::string& cooperative, int64_t units) {
    market_.Put(ACooperative(cooperative));
    v1::Need need = ANeed(market_, cooperative, "phantom", units);
    need.clear_languages();
    need.add_languages("cni");
    market_.Put(need);
  }
  // What tap0 is given of all, and of what is real.
  int64_t GivenUnder(v1::ControllerLevel level, v1::LimitBasis basis) {
    SetLevel(level, 3'000, basis);
    market_.CreateRound("r1");
    summary_ = market_.Publish("rounds/r1").summary();
    return UnitsByTap("rounds/r1")["parties/tap0"];
  }

  v1::RoundSummary summary_;
};

// What a TAP says of its own capacity is taken at its word: the basis DEMAND is for who is trusted.
TEST_F(Phantom, LiftsACapByDemand) {
  Lay(1'000, 1);
  EXPECT_EQ(GivenUnder(v1::CONTROLLER_LEVEL_TAP, v1::LIMIT_BASIS_DEMAND), 330);
}

TEST_F(Phantom, LiftsNoCapByWhatIsOffered) {
  Lay(1'000, 1);
  // 3/7 of the 100 that the others can deliver.
  EXPECT_LE(GivenUnder(v1::CONTROLLER_LEVEL_TAP, v1::LIMIT_BASIS_OFFERED), 43);
  const v1::SegmentReport report = Report("rounds/r1", "groups");
  for (const v1::ControllerShare& share : report.shares()) {
    EXPECT_EQ(share.has_volume(), share.controller() == "parties/tap0");
    EXPECT_EQ(share.volume(), share.has_volume() ? 142 : 0);
  }
}

TEST_F(Phantom, LiftsNoCapInManySmallNeeds) {
  Lay(1'000, 50);
  EXPECT_LE(GivenUnder(v1::CONTROLLER_LEVEL_TAP, v1::LIMIT_BASIS_OFFERED), 43);
}

TEST_F(Phantom, LiftsNoCapByAShellThatOffersTheSame) {
  Lay(1'000, 1);
  PutParty("owner");
  market_.Put(ATap("shell"));
  v1::Offer offer = ReadOffer(0);
  offer.set_name("taps/shell/offers/o");
  market_.Put(offer);
  Relate("owner", v1::RELATION_TYPE_OWNS, "tap0", 10'000);
  Relate("owner", v1::RELATION_TYPE_OWNS, "shell", 10'000);
  const int64_t given = GivenUnder(v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP, v1::LIMIT_BASIS_OFFERED);
  EXPECT_LE(given + UnitsByTap("rounds/r1")["parties/shell"], 43);
}

TEST_F(Phantom, LiftsNoCapBetweenRounds) {
  Lay(1'000, 1);
  const int64_t given = GivenUnder(v1::CONTROLLER_LEVEL_TAP, v1::LIMIT_BASIS_OFFERED);
  market_.Advance(absl::Hours(1));
  Post("another", 500);
  const v1::ListCandidatesResponse listed = List("cooperatives/another/needs/phantom");
  ASSERT_EQ(listed.candidates_size(), 1);
  EXPECT_EQ(listed.candidates(0).limits(0).cap(), 43);
  EXPECT_EQ(listed.candidates(0).limits(0).room(), 43 - given);
  EXPECT_EQ(listed.segment_limits(0).cap(), 480);  // of what is not held to the others
}

TEST_F(Phantom, IsSeenInTheReport) {
  Lay(1'000, 2);
  PutParty("owner");
  Relate("owner", v1::RELATION_TYPE_OWNS, "friend0", 10'000);
  Relate("owner", v1::RELATION_TYPE_OWNS, "friend1", 10'000);
  v1::Policy policy = GroupPolicy(3'000);
  policy.mutable_thresholds()->set_requester_share_basis_points(5'000);
  market_.Put(policy);
  Clear("r1");
  const v1::SegmentReport report = Report("rounds/r1", "groups");
  // The first by name of the group of both.
  EXPECT_EQ(report.largest_requester(), "parties/friend0");
  EXPECT_EQ(report.largest_requester_share_basis_points(), 9'090);
  ASSERT_EQ(report.warnings_size(), 1);
  EXPECT_EQ(report.warnings(0), v1::CONCENTRATION_WARNING_DEMAND_CONCENTRATED);
  EXPECT_FALSE(report.insufficient_data());
}

TEST_F(Phantom, OfFewMatchesNothingIsWarnedOf) {
  Lay(1'000, 1);
  v1::Policy policy = GroupPolicy(3'000);
  policy.mutable_thresholds()->set_requester_share_basis_points(5'000);
  policy.mutable_thresholds()->set_high_hhi(1);
  policy.mutable_thresholds()->set_least_match_count(20);
  market_.Put(policy);
  Clear("r1");
  const v1::SegmentReport report = Report("rounds/r1", "groups");
  EXPECT_TRUE(report.insufficient_data());
  EXPECT_EQ(report.warnings_size(), 0);
  EXPECT_GT(report.largest_requester_share_basis_points(), 5'000);
}

TEST_F(Dodging, OneNeedPostedTwentyTimesIsOne) {
  Fill(1, 100, 4, 100);
  SetLevel(v1::CONTROLLER_LEVEL_TAP, 3'000);
  for (int at = 0; at < 20; ++at) market_.Put(ANeed(market_, "coop0", absl::StrCat("phantom", at), 100));
  Clear("r1");
  // What the four offers have, 400, and not 2,100: of that 30 %.
  const v1::SegmentReport report = Report("rounds/r1", "groups");
  EXPECT_EQ(report.volume(), 400);
  EXPECT_EQ(report.demanded_quantity(), 400);
  EXPECT_EQ(report.unreached_quantity(), 1'700);
}

TEST_F(Dodging, AnAdministratorWhoActsForAPartyStatesNothingOfIt) {
  Fill(1, 10, 1, 10);
  v1::CreateRelationRequest request;
  request.mutable_relation()->set_subject("parties/tap0");
  request.mutable_relation()->set_object("parties/coop0");
  request.mutable_relation()->set_type(v1::RELATION_TYPE_RECUSED_FROM);
  request.mutable_relation()->mutable_source()->set_kind(v1::RelationSource::KIND_DECLARED);
  const auto state = [&](const std::string& party) {
    return market_
        .CallAs<v1::Relation>({"principals/admin2", v1::ROLE_ADMINISTRATOR, party}, Scope::kAny,
                              "ayni.v1.RelationService/CreateRelation", request)
        .status();
  };
  EXPECT_EQ(state("parties/tap0").code(), absl::StatusCode::kPermissionDenied);
  EXPECT_TRUE(state("").ok()) << state("");
}

class Reserves : public Dodging {
 protected:
  void SetGender(int tap, v1::Gender gender) {
    v1::Party party = market_.Read<v1::Party>(absl::StrCat("parties/tap", tap));
    party.mutable_tap()->set_gender(gender);
    market_.Put(party);
  }
  static v1::Reserve* KeepForWomen(int share_basis_points, int64_t penalty, v1::Policy* policy) {
    v1::Reserve* reserve = policy->add_reserves();
    reserve->set_id("women");
    reserve->mutable_taps()->set_gender(v1::GENDER_WOMAN);
    reserve->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
    reserve->set_share_basis_points(share_basis_points);
    reserve->set_penalty(penalty);
    return reserve;
  }
};

TEST_F(Reserves, KeepAShareForAClassAndSayWhatItCostAndBrought) {
  Fill(4, 25, 4, 100);
  // The dearest is a woman: without a reserve she is given nothing.
  for (int tap = 0; tap < 4; ++tap) {
    SetGender(tap, tap == 3 ? v1::GENDER_WOMAN : v1::GENDER_MAN);
    v1::Offer offer = ReadOffer(tap);
    offer.mutable_unit_price()->set_minor_units(tap == 3 ? 500 : 100);
    market_.Put(offer);
  }
  v1::Policy policy = APolicy();
  market_.Put(policy);
  EXPECT_EQ(Clear("r1")["parties/tap3"], 0);
  ASSERT_TRUE(Undo("rounds/r1", "to keep a share").ok());
  KeepForWomen(2'000, 1'000'000, &policy)->set_by_value_chain(true);
  market_.Put(policy);
  EXPECT_EQ(Clear("r2")["parties/tap3"], 20);
  const v1::RoundSummary summary = market_.Read<v1::Round>("rounds/r2").summary();
  EXPECT_EQ(summary.kept_quantity(), 20);
  EXPECT_EQ(summary.missing_quantity(), 0);
  EXPECT_LT(summary.welfare(), summary.welfare_without_reserves());
  ASSERT_EQ(summary.reserves_size(), 1);
  EXPECT_EQ(summary.reserves(0).reserve(), "women");
  EXPECT_EQ(summary.reserves(0).matched_quantity(), 20);
  EXPECT_EQ(summary.reserves(0).matched_quantity_without(), 0);
}

TEST_F(Reserves, AreComparedByTheSameObjective) {
  // Needs of unlike worth: welfare would leave the last cooperatives out.
  Fill(6, 10, 4, 8);
  for (int tap = 0; tap < 4; ++tap) SetGender(tap, tap == 3 ? v1::GENDER_WOMAN : v1::GENDER_MAN);
  for (int at = 0; at < 6; ++at) {
    v1::Need need = ReadNeed(at);
    need.set_urgency(at < 3 ? v1::URGENCY_HIGH : v1::URGENCY_NORMAL);
    market_.Put(need);
  }
  const auto clear = [&](const std::string& id, v1::Objective objective) {
    market_.CreateRound(id);
    v1::Round round = market_.Read<v1::Round>("rounds/" + id);
    round.set_seed(7);
    round.set_objective(objective);
    market_.Put(round);
    market_.Publish("rounds/" + id);
    v1::RoundSummary summary = market_.Read<v1::Round>("rounds/" + id).summary();
    EXPECT_TRUE(Undo("rounds/" + id, "to compare").ok());
    return summary;
  };
  v1::Policy policy = APolicy();
  policy.clear_score_weights();
  policy.mutable_score_weights()->set_urgency(500);
  policy.mutable_score_weights()->set_fit(500);
  market_.Put(policy);
  // Without reserves value is welfare.
  const int64_t maxmin = clear("r1", v1::OBJECTIVE_MAXMIN).value();
  EXPECT_GT(clear("r2", v1::OBJECTIVE_WELFARE).value(), maxmin);
  KeepForWomen(1'000, 1'000, &policy);
  market_.Put(policy);
  const v1::RoundSummary summary = clear("r3", v1::OBJECTIVE_MAXMIN);
  EXPECT_EQ(summary.reserve_comparison(), v1::RESERVE_COMPARISON_MADE);
  EXPECT_EQ(summary.welfare_without_reserves(), maxmin);
}

TEST_F(Reserves, AreNotComparedOnceTheTimeIsUsedUp) {
  Fill(4, 25, 4, 100);
  SetGender(3, v1::GENDER_WOMAN);
  v1::Policy policy = APolicy();
  KeepForWomen(2'000, 1'000, &policy);
  market_.Put(policy);
  market_.CreateRound("r1");
  v1::Round round = market_.Read<v1::Round>("rounds/r1");
  round.mutable_time_limit()->set_nanos(1);
  market_.Put(round);
  const v1::RoundSummary summary = market_.Publish("rounds/r1").summary();
  EXPECT_GT(summary.kept_quantity(), 0);
  EXPECT_EQ(summary.reserve_comparison(), v1::RESERVE_COMPARISON_TIME_USED_UP);
  EXPECT_EQ(summary.welfare_without_reserves(), 0);
}

TEST_F(Reserves, WithoutThemGenderChangesNoScoreAndNoMatch) {
  Fill(6, 10, 4, 20);
  SetLevel(v1::CONTROLLER_LEVEL_TAP, 4'000);
  for (int tap = 0; tap < 4; ++tap) SetGender(tap, v1::GENDER_MAN);
  Clear("r1");
  const auto before = Matches("rounds/r1");
  ASSERT_TRUE(Undo("rounds/r1", "to swap").ok());
  for (int tap = 0; tap < 4; tap += 2) SetGender(tap, v1::GENDER_WOMAN);
  v1::Round again = market_.Read<v1::Round>("rounds/r1");
  again.set_name("rounds/r2");
  again.set_state(v1::Round::STATE_DRAFT);
  again.clear_summary();
  market_.Put(again);  // the same seed
  market_.Publish("rounds/r2");
  const auto after = Matches("rounds/r2");
  ASSERT_EQ(before.size(), after.size());
  for (size_t at = 0; at < before.size(); ++at) {
    EXPECT_EQ(before[at].need(), after[at].need());
    EXPECT_EQ(before[at].tap(), after[at].tap());
    EXPECT_EQ(before[at].quantity(), after[at].quantity());
    EXPECT_EQ(before[at].score(), after[at].score());
  }
}

TEST_F(Reserves, AThinSegmentCallsForTaps) {
  Fill(2, 100, 2, 50);
  v1::Policy policy = GroupPolicy(3'000);
  policy.mutable_limits(0)->set_min_controllers(4);
  policy.mutable_limits(0)->set_thin_market_rule(v1::THIN_MARKET_RULE_WAIVE);
  market_.Put(policy);
  Clear("r1");
  const v1::SegmentReport report = Report("rounds/r1", "groups");
  ASSERT_TRUE(report.thin());
  EXPECT_EQ(report.tap_call().quantity(), 100);
  EXPECT_EQ(report.tap_call().services(0), "services/s");
  EXPECT_FALSE(report.tap_call().languages().empty());
  // Two until there are four, and two that each do what one did: success of 75 % and 30 %.
  EXPECT_EQ(report.tap_call().tap_count(), 2);
  EXPECT_EQ(report.tap_call().community_trainee_count(), 3);
  EXPECT_EQ(report.tap_call().enterprise_trainee_count(), 7);
}

}  // namespace
}  // namespace ayni::services
