// Needs that are asked for under a framework agreement, and needs that are asked for together.
#include <gmock/gmock.h>

#include <map>
#include <string>

#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/explanation.pb.h"
#include "services/market/engine_day.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;

class Agreements : public RoundMarket {
 protected:
  // Of coop{coop} and tap{tap}, over the days of needs and offers.
  v1::Agreement Agree(int coop, int tap, int64_t unit_price) {
    v1::Agreement agreement;
    agreement.set_name(absl::StrCat("agreements/a", coop));
    agreement.set_cooperative(absl::StrCat("parties/coop", coop));
    agreement.set_tap(absl::StrCat("parties/tap", tap));
    agreement.set_kind(v1::CONTRACT_KIND_PER_SERVICE);
    agreement.set_service("services/s");
    agreement.add_value_chains("valueChains/c");
    agreement.mutable_unit_price()->set_currency("PEN");
    agreement.mutable_unit_price()->set_minor_units(unit_price);
    *agreement.mutable_window() = ReadNeed(coop).window();
    agreement.set_state(v1::Agreement::STATE_IN_FORCE);
    market_.Put(agreement);
    v1::Need need = ReadNeed(coop);
    need.set_agreement(agreement.name());
    market_.Put(need);
    return agreement;
  }
  void Join(int coop, int lead) {
    v1::Need need = ReadNeed(coop);
    need.set_joined_to(ReadNeed(lead).name());
    market_.Put(need);
  }
  void AddStep(int tap, int64_t least_quantity, int64_t unit_price) {
    v1::Offer offer = ReadOffer(tap);
    v1::PriceStep* step = offer.add_price_steps();
    step->set_least_quantity(least_quantity);
    step->mutable_unit_price()->set_currency("PEN");
    step->mutable_unit_price()->set_minor_units(unit_price);
    market_.Put(offer);
  }
  void Clear(const std::string& id = "r1") {
    market_.CreateRound(id);
    market_.Publish("rounds/" + id);
  }
  // By need, what a unit costs.
  std::map<std::string, int64_t> Prices(const std::string& round = "rounds/r1") {
    std::map<std::string, int64_t> prices;
    for (const v1::Match& match : Matches(round))
      prices[match.cooperative()] = match.unit_price().minor_units();
    return prices;
  }
  std::vector<v1::ReasonCode> Reasons(const std::string& need, const std::string& tap) {
    v1::ExplainNeedRequest request;
    request.set_name(need);
    request.set_round("rounds/r1");
    request.set_language("eng");
    const auto answer = market_.Call<v1::ExplainNeedResponse>("ayni.v1.AuditService/ExplainNeed", request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<v1::ReasonCode> codes;
    for (const auto& fates : {answer->candidates(), answer->others()}) {
      for (const v1::CandidateFate& fate : fates) {
        if (fate.tap() != tap) continue;
        for (const v1::Reason& reason : fate.reasons()) codes.push_back(reason.code());
      }
    }
    return codes;
  }
};

TEST_F(Agreements, GiveANeedToTheirTapAloneAtTheirPrice) {
  Fill(2, 10, 3, 100);
  const v1::Agreement agreement = Agree(0, 2, 70'000);
  Clear();
  for (const v1::Match& match : Matches("rounds/r1")) {
    const bool agreed = match.cooperative() == "parties/coop0";
    EXPECT_EQ(match.agreement(), agreed ? agreement.name() : "");
    EXPECT_TRUE(!agreed || match.tap() == "parties/tap2") << match.tap();
    EXPECT_EQ(match.unit_price().minor_units(), agreed ? 70'000 : 50'000);
    EXPECT_EQ(match.quantity(), 10);
  }
  EXPECT_EQ(Matches("rounds/r1").size(), 2u);
  EXPECT_THAT(Reasons(ReadNeed(0).name(), "parties/tap0"), ElementsAre(v1::REASON_CODE_AGREEMENT));
  EXPECT_THAT(Reasons(ReadNeed(0).name(), "parties/tap2"), ElementsAre(v1::REASON_CODE_MATCHED));
}

TEST_F(Agreements, AreShownWithTheirPriceBeforeARound) {
  Fill(2, 10, 3, 100);
  Agree(0, 1, 90'000);
  const v1::ListCandidatesResponse listed = List(ReadNeed(0).name());
  ASSERT_EQ(listed.candidates_size(), 1);
  EXPECT_EQ(listed.candidates(0).offer(), "taps/tap1/offers/o");
  EXPECT_EQ(listed.candidates(0).unit_price().minor_units(), 90'000);
  EXPECT_EQ(List(ReadNeed(1).name()).candidates_size(), 3);
}

TEST_F(Agreements, ThatDoNotHoldOnTheNeedsDaysGiveItToNobody) {
  Fill(1, 10, 2, 100);
  v1::Agreement agreement = Agree(0, 0, 50'000);
  agreement.set_state(v1::Agreement::STATE_PROPOSED);
  market_.Put(agreement);
  EXPECT_EQ(List(ReadNeed(0).name()).candidates_size(), 0);
  agreement.set_state(v1::Agreement::STATE_ENDED);
  *agreement.mutable_last_date() = DateOf(DayOf(market_.now()) + 5);
  market_.Put(agreement);
  EXPECT_EQ(List(ReadNeed(0).name()).candidates_size(), 0);
  Clear();
  EXPECT_TRUE(Matches("rounds/r1").empty());
  EXPECT_THAT(Reasons(ReadNeed(0).name(), "parties/tap0"), ElementsAre(v1::REASON_CODE_AGREEMENT));
  agreement.set_state(v1::Agreement::STATE_IN_FORCE);
  agreement.clear_last_date();
  market_.Put(agreement);
  EXPECT_EQ(List(ReadNeed(0).name()).candidates_size(), 1);
}

TEST_F(Agreements, PayNoMoreThanTheNeedsHighestPrice) {
  Fill(1, 10, 1, 100);
  Agree(0, 0, 100'001);
  EXPECT_EQ(List(ReadNeed(0).name()).candidates_size(), 0);
  Agree(0, 0, 100'000);
  EXPECT_EQ(List(ReadNeed(0).name()).candidates_size(), 1);
}

// Else a TAP would be free of every limit once all cooperatives of a province had signed with it.
TEST_F(Agreements, MakeNoMarketThinAndDodgeNoLimit) {
  Fill(4, 10, 3, 100);
  for (int coop = 0; coop < 4; ++coop) Agree(coop, 0, 50'000);
  SetLimit(5'000, 2);
  Clear();
  EXPECT_EQ(UnitsByTap("rounds/r1"), (std::map<std::string, int64_t>{{"parties/tap0", 20}}));
  for (const v1::Match& match : Matches("rounds/r1"))
    EXPECT_FALSE(std::count(match.flags().begin(), match.flags().end(), v1::Match::FLAG_SOLE_SOURCE));
}

TEST_F(Agreements, LeaveAMarketThinThatIs) {
  Fill(4, 10, 1, 100);
  for (int coop = 0; coop < 4; ++coop) Agree(coop, 0, 50'000);
  SetLimit(5'000, 2);
  Clear();
  EXPECT_EQ(UnitsOf("rounds/r1"), 40);
}

TEST_F(Agreements, HoldBetweenRoundsToo) {
  Fill(2, 10, 3, 100);
  SetLimit(5'000, 2);
  Clear();
  v1::Need urgent = ANeed(market_, "coop0", "urgent", 20);
  urgent.set_urgency(v1::URGENCY_CRITICAL);
  // With the one of the three that the round left over: who that is lies with its seed.
  const auto given = UnitsByTap("rounds/r1");
  int tap = 0;
  while (given.count(absl::StrCat("parties/tap", tap)) != 0) ++tap;
  Agree(0, tap, 60'000);
  urgent.set_agreement("agreements/a0");
  market_.Put(urgent);
  market_.AwaitLive();
  v1::MatchNowRequest request;
  request.set_name(urgent.name());
  const auto answer = market_.Call<v1::MatchNowResponse>("ayni.v1.NeedService/MatchNow", request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->matches_size(), 1);
  EXPECT_EQ(answer->matches(0).tap(), absl::StrCat("parties/tap", tap));
  EXPECT_EQ(answer->matches(0).agreement(), "agreements/a0");
  EXPECT_EQ(answer->matches(0).unit_price().minor_units(), 60'000);
  EXPECT_LT(answer->matches(0).quantity(), 20) << "held to its half of the province";
}

TEST_F(Agreements, AreComparedByTheirKinds) {
  Fill(3, 10, 3, 100);
  Agree(0, 0, 50'000);
  v1::Agreement employed = Agree(1, 1, 50'000);
  employed.set_kind(v1::CONTRACT_KIND_EMPLOYED);
  market_.Put(employed);
  Clear();
  for (v1::Match match : Matches("rounds/r1")) {
    if (match.cooperative() == "parties/coop0") {
      match.set_state(v1::Match::STATE_CANCELLED);
    } else {
      match.set_state(v1::Match::STATE_CONFIRMED);
      match.mutable_delivery()->mutable_end();
      match.mutable_delivery()->set_quantity(match.quantity());
      match.mutable_confirmation()->set_quantity(match.quantity());
      match.mutable_confirmation()->set_rating(match.cooperative() == "parties/coop1" ? 5 : 3);
    }
    match.mutable_cooperative_yes();
    match.mutable_tap_yes();
    market_.Put(match);
  }
  v1::GetFairnessReportRequest request;
  request.set_parent("rounds/r1");
  const auto report = market_.Call<v1::FairnessReport>("ayni.v1.AuditService/GetFairnessReport", request);
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ(report->contracts_size(), 3);
  EXPECT_EQ(report->contracts(0).kind(), v1::CONTRACT_KIND_UNSPECIFIED);
  EXPECT_EQ(report->contracts(0).mean_rating_hundredths(), 300);
  EXPECT_EQ(report->contracts(1).kind(), v1::CONTRACT_KIND_PER_SERVICE);
  EXPECT_EQ(report->contracts(1).cancelled_count(), 1);
  EXPECT_EQ(report->contracts(1).delivered_count(), 0);
  EXPECT_EQ(report->contracts(2).kind(), v1::CONTRACT_KIND_EMPLOYED);
  EXPECT_EQ(report->contracts(2).confirmed_count(), 1);
  EXPECT_EQ(report->contracts(2).mean_rating_hundredths(), 500);
}

TEST_F(Agreements, OfNobodyPayWhatIsAskedForTogether) {
  Fill(3, 10, 1, 100);
  AddStep(0, 20, 40'000);
  AddStep(0, 31, 30'000);
  Clear();
  EXPECT_EQ(Prices(), (std::map<std::string, int64_t>{
                          {"parties/coop0", 50'000}, {"parties/coop1", 50'000}, {"parties/coop2", 50'000}}));
  Undo("rounds/r1", "to ask together").IgnoreError();
  Join(1, 0);
  EXPECT_EQ(List(ReadNeed(0).name()).candidates(0).unit_price().minor_units(), 40'000);
  Clear("r2");
  EXPECT_EQ(Prices("rounds/r2"),
            (std::map<std::string, int64_t>{
                {"parties/coop0", 40'000}, {"parties/coop1", 40'000}, {"parties/coop2", 50'000}}));
}

TEST_F(Agreements, OfNobodyLeaveAMatchAtThePriceThatItWasProposedAt) {
  Fill(2, 10, 1, 100);
  AddStep(0, 20, 40'000);
  Join(1, 0);
  Clear();
  market_.Delete<v1::Need>(ReadNeed(1).name());
  EXPECT_EQ(Prices().at("parties/coop0"), 40'000);
  market_.Put(ANeed(market_, "coop0", "later", 10));
  EXPECT_EQ(List("cooperatives/coop0/needs/later").candidates(0).unit_price().minor_units(), 50'000);
}

}  // namespace
}  // namespace ayni::services
