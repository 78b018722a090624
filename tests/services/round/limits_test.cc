#include <gmock/gmock.h>

#include <algorithm>

#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/relation_service.pb.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

class Round : public RoundMarket {};

TEST_F(Round, NobodyHoldsMoreThanTheLimit) {
  Fill(1, 100, 4, 100);
  SetLimit(3'000);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  for (const auto& [tap, units] : UnitsByTap("rounds/r1")) EXPECT_LE(units, 30) << tap;
  EXPECT_EQ(UnitsOf("rounds/r1"), 100);
}

TEST_F(Round, TheSecondRespectsWhatTheFirstGave) {
  Fill(1, 100, 2, 1'000);
  SetLimit(5'000);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  EXPECT_EQ(UnitsByTap("rounds/r1"),
            (std::map<std::string, int64_t>{{"parties/tap0", 50}, {"parties/tap1", 50}}));
  // Only tap0 is left: of a volume of 100 + 40 it may hold 70, and holds 50.
  market_.Delete<v1::Offer>("taps/tap1/offers/o");
  market_.Put(ANeed(market_, "coop0", "n2", 40));
  market_.CreateRound("r2");
  market_.Publish("rounds/r2");
  EXPECT_EQ(UnitsByTap("rounds/r2"), (std::map<std::string, int64_t>{{"parties/tap0", 20}}));
}

TEST_F(Round, WhatIsOlderThanTheWindowDoesNotCount) {
  Fill(1, 100, 2, 1'000);
  SetLimit(5'000);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  market_.Advance(absl::Hours(24 * 31));
  market_.Delete<v1::Offer>("taps/tap1/offers/o");
  v1::Offer offer = ReadOffer(0);
  *offer.mutable_window() = AnOffer(market_, "tap0", "o", 1).window();
  market_.Put(offer);
  market_.Put(ANeed(market_, "coop0", "n2", 40));
  market_.CreateRound("r2");
  market_.Publish("rounds/r2");
  EXPECT_EQ(UnitsByTap("rounds/r2"), (std::map<std::string, int64_t>{{"parties/tap0", 20}}));
}

TEST_F(Round, AThinMarketIsMatchedAndFlagged) {
  Fill(1, 100, 2, 100);
  SetLimit(1'000, 4);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  EXPECT_EQ(UnitsOf("rounds/r1"), 100);
  for (const v1::Match& match : Matches("rounds/r1")) {
    ASSERT_EQ(match.flags_size(), 1);
    EXPECT_EQ(match.flags(0), v1::Match::FLAG_SOLE_SOURCE);
  }
}

TEST_F(Round, OwnersShareALimit) {
  Fill(1, 100, 4, 100);
  v1::Relation relation;
  relation.set_name("relations/r");
  relation.set_subject("parties/tap0");
  relation.set_object("parties/tap1");
  relation.set_type(v1::RELATION_TYPE_CONTROLS);
  relation.set_standing(v1::RELATION_STANDING_CONFIRMED);
  market_.Put(relation);
  v1::Policy policy = APolicy();
  v1::Limit* limit = policy.add_limits();
  limit->set_id("groups");
  limit->set_controller_level(v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP);
  limit->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
  limit->set_share_basis_points(3'000);
  market_.Put(policy);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  std::map<std::string, int64_t> units = UnitsByTap("rounds/r1");
  EXPECT_LE(units["parties/tap0"] + units["parties/tap1"], 30);
  EXPECT_EQ(UnitsOf("rounds/r1"), 90);
}

TEST_F(Round, ReportsItsSegments) {
  Fill(1, 100, 4, 100);
  SetLimit(3'000);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  v1::ListSegmentReportsRequest request;
  request.set_parent("rounds/r1");
  const auto listed =
      market_.Call<v1::ListSegmentReportsResponse>("ayni.v1.AuditService/ListSegmentReports", request);
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->segment_reports_size(), 1);
  const v1::SegmentReport& report = listed->segment_reports(0);
  EXPECT_EQ(report.segment().limit(), "tap-province");
  EXPECT_EQ(report.segment().service(), "services/s");
  EXPECT_EQ(report.segment().territory(), "territories/prov");
  EXPECT_EQ(report.segment().value_chain(), "");
  EXPECT_EQ(report.volume(), 100);
  EXPECT_EQ(report.matched_quantity(), 100);
  EXPECT_EQ(report.eligible_controller_count(), 4);
  EXPECT_FALSE(report.thin());
  int32_t whole = 0;
  for (const v1::ControllerShare& share : report.shares()) {
    EXPECT_EQ(share.cap(), 30);
    EXPECT_EQ(share.share_basis_points(), 100 * share.matched_quantity());
    EXPECT_LE(share.matched_quantity(), 30);
    whole += share.share_basis_points();
  }
  EXPECT_EQ(whole, 10'000);
  v1::GetSegmentReportRequest get;
  get.set_name(report.name());
  EXPECT_TRUE(market_.Call<v1::SegmentReport>("ayni.v1.AuditService/GetSegmentReport", get).ok());
}

// Beside the bundle's, prices with names would tell whose pseudonyms are whose.
TEST_F(Round, ShowsMembersTheirOwnPricesAlone) {
  // More is offered than asked for, so that needs are what has a price.
  Fill(2, 10, 2, 15);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  v1::ListPricesRequest request;
  request.set_parent("rounds/r1");
  const auto prices_shown = [&](v1::Role role, const std::string& party) {
    const auto page = market_.CallAs<v1::ListPricesResponse>({"principals/member", role, party}, Scope::kAny,
                                                             "ayni.v1.AuditService/ListPrices", request);
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> of;
    for (const v1::Price& price : page->prices())
      of.push_back(price.has_need() ? price.need() : price.offer());
    return of;
  };
  EXPECT_THAT(prices_shown(v1::ROLE_TAP, "parties/tap0"), testing::IsEmpty());
  EXPECT_THAT(prices_shown(v1::ROLE_COOPERATIVE, "parties/coop1"),
              testing::ElementsAre("cooperatives/coop1/needs/n"));
  EXPECT_EQ(prices_shown(v1::ROLE_AUDITOR, "").size(), 2u);
}

TEST_F(Round, PublishesPricesThatProveItsBound) {
  Fill(3, 10, 2, 10);
  SetLimit(4'000);
  market_.CreateRound("r1");
  const v1::Round round = market_.Publish("rounds/r1");
  v1::ListPricesRequest request;
  request.set_parent("rounds/r1");
  request.set_page_size(2);
  std::vector<v1::Price> prices;
  do {
    const auto page = market_.Call<v1::ListPricesResponse>("ayni.v1.AuditService/ListPrices", request);
    ASSERT_TRUE(page.ok()) << page.status();
    prices.insert(prices.end(), page->prices().begin(), page->prices().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  // Every unit of demand, capacity and room at its price, and every candidate's excess, from published
  // records alone. All candidates are alike but for who they are: their scores and rooms follow from the
  // matches and reports.
  std::map<std::string, int64_t> by_need, by_offer, by_controller;
  int64_t bound = 0;
  for (const v1::Price& price : prices) {
    EXPECT_GT(price.price(), 0);
    if (price.has_need()) bound += 10 * (by_need[price.need()] = price.price());
    if (price.has_offer()) bound += 10 * (by_offer[price.offer()] = price.price());
    if (price.has_cell()) bound += 8 * (by_controller[price.cell().controller()] = price.price());
  }
  const int64_t score = Matches("rounds/r1")[0].score();
  for (int need = 0; need < 3; ++need) {
    for (int tap = 0; tap < 2; ++tap) {
      bound += 10 * std::max<int64_t>(0, score * 65'536 -
                                             by_need[absl::StrCat("cooperatives/coop", need, "/needs/n")] -
                                             by_offer[absl::StrCat("taps/tap", tap, "/offers/o")] -
                                             by_controller[absl::StrCat("parties/tap", tap)]);
    }
  }
  EXPECT_EQ((bound + 65'535) / 65'536, round.summary().upper_bound());
}

TEST_F(Round, WhatMembersSayOfOthersJoinsNobody) {
  Fill(1, 100, 4, 100);
  v1::Policy policy = GroupPolicy(3'000);
  policy.mutable_limits(0)->set_min_controllers(3);
  policy.mutable_limits(0)->set_thin_market_rule(v1::THIN_MARKET_RULE_WAIVE);
  market_.Put(policy);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  const auto before = UnitsByTap("rounds/r1");
  ASSERT_TRUE(Undo("rounds/r1", "to clear it again").ok());
  // A cooperative would have all TAPs share one limit; a TAP would have its rivals be its owners.
  const std::pair<const char*, const char*> claims[] = {{"parties/coop0", "parties/tap0"},
                                                        {"parties/coop0", "parties/tap1"},
                                                        {"parties/coop0", "parties/tap2"},
                                                        {"parties/tap1", "parties/tap0"},
                                                        {"parties/tap2", "parties/tap0"}};
  for (const auto& [subject, object] : claims) {
    const bool by_cooperative = std::string(subject) == "parties/coop0";
    const Caller caller{"principals/member", by_cooperative ? v1::ROLE_COOPERATIVE : v1::ROLE_TAP,
                        by_cooperative ? subject : object};
    v1::CreateRelationRequest request;
    request.mutable_relation()->set_subject(subject);
    request.mutable_relation()->set_object(object);
    request.mutable_relation()->set_type(v1::RELATION_TYPE_CONTROLS);
    request.mutable_relation()->mutable_source()->set_kind(v1::RelationSource::KIND_DECLARED);
    const auto claimed = market_.CallAs<v1::Relation>(caller, Scope::kOwnName,
                                                      "ayni.v1.RelationService/CreateRelation", request);
    ASSERT_TRUE(claimed.ok()) << claimed.status();
  }
  CreateWithSeed("r2", market_.Read<v1::Round>("rounds/r1").seed());
  market_.Publish("rounds/r2");
  EXPECT_EQ(UnitsByTap("rounds/r2"), before);
}

}  // namespace
}  // namespace ayni::services
