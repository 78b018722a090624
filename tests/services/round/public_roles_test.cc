// An official campaign's request goes to the public body first: browsing, at once and in rounds alike.
#include <gmock/gmock.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/budget.pb.h"
#include "ayni/v1/need_service.pb.h"
#include "services/market/engine_day.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr char kNeed[] = "cooperatives/coop0/needs/n";
constexpr char kPublicOffer[] = "taps/tap0/offers/o";

// tap0 is a public body's: dearer than tap1 and of a model that succeeds less often, and a funder pays all.
class PublicRole : public RoundMarket {
 protected:
  void SetUp() override {
    Fill(1, 10, 2, 100);
    v1::Party tap = ATap("tap0");
    tap.mutable_tap()->set_model(v1::TAP_MODEL_PUBLIC);
    market_.Put(tap);
    market_.Put(FreeOffer());
    market_.Put(WithRole());
  }
  v1::Offer FreeOffer() const {
    v1::Offer offer = AnOffer(market_, "tap0", "o", 100);
    offer.mutable_unit_price()->set_minor_units(90'000);
    offer.mutable_subsidised()->set_funder("parties/ministry");
    return offer;
  }
  static v1::Policy WithRole() {
    v1::Policy policy = APolicy();
    v1::PublicRole* role = policy.add_public_roles();
    role->set_id("campaign");
    role->set_tap("parties/tap0");
    role->add_territories("territories/prov");
    role->add_services("services/s");
    return policy;
  }
  // Whether the public body's offer stands first.
  bool IsFirst() {
    const v1::ListCandidatesResponse listed = List(kNeed);
    EXPECT_EQ(listed.candidates_size(), 2);
    if (listed.candidates_size() == 0) return false;
    const v1::Candidate& first = listed.candidates(0);
    EXPECT_EQ(first.offer() == kPublicOffer, first.score() == 1'000'000);
    return first.offer() == kPublicOffer;
  }
  std::string Why(const std::string& tap, const std::string& language) {
    v1::ExplainNeedRequest request;
    request.set_name(kNeed);
    request.set_round("rounds/r");
    request.set_language(language);
    const auto answer = market_.Call<v1::ExplainNeedResponse>("ayni.v1.AuditService/ExplainNeed", request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    for (const v1::CandidateFate& fate : answer->candidates()) {
      if (fate.tap() == tap) return fate.reasons(0).text();
    }
    return "";
  }
  void Publish() {
    market_.CreateRound("r");
    market_.Publish("rounds/r");
  }
};

TEST_F(PublicRole, StandsFirstWhereThePolicySaysSo) {
  EXPECT_TRUE(IsFirst());
  market_.Put(APolicy());
  EXPECT_FALSE(IsFirst()) << "without the role";
}

TEST_F(PublicRole, IsOfItsTerritoryServiceAndDays) {
  v1::Policy policy = WithRole();
  policy.mutable_public_roles(0)->set_territories(0, "territories/d1");
  market_.Put(policy);
  EXPECT_FALSE(IsFirst());
  policy = WithRole();
  policy.mutable_public_roles(0)->set_services(0, "services/other");
  market_.Put(policy);
  EXPECT_FALSE(IsFirst());
  policy = WithRole();
  *policy.mutable_public_roles(0)->mutable_end_date() = DateOf(DayOf(market_.now()) - 1);
  market_.Put(policy);
  EXPECT_FALSE(IsFirst());
  *policy.mutable_public_roles(0)->mutable_end_date() = DateOf(DayOf(market_.now()) + 3);
  market_.Put(policy);
  EXPECT_TRUE(IsFirst());
}

TEST_F(PublicRole, IsForWhatProducersAreNotCharged) {
  v1::Offer offer = FreeOffer();
  offer.mutable_subsidised()->set_producer_share_basis_points(1);
  market_.Put(offer);
  EXPECT_FALSE(IsFirst());
  offer.clear_subsidised();
  market_.Put(offer);
  EXPECT_FALSE(IsFirst());
}

// By the budget's schedule, also where that is changed later than the offer.
TEST_F(PublicRole, EndsOnTheDayFromWhichProducersPay) {
  v1::Budget budget;
  budget.set_name("funders/ministry/budgets/b");
  budget.mutable_amount()->set_currency("PEN");
  budget.mutable_amount()->set_minor_units(100'000'000);
  *budget.mutable_window() = ReadNeed(0).window();
  *budget.mutable_window()->mutable_start_date() = DateOf(DayOf(market_.now()) - 1);
  *budget.add_producer_shares()->mutable_start_date() = budget.window().start_date();
  market_.Put(budget);
  v1::Offer offer = FreeOffer();
  offer.mutable_subsidised()->set_budget(budget.name());
  market_.Put(offer);
  EXPECT_TRUE(IsFirst());
  v1::ProducerShare* step = budget.add_producer_shares();
  *step->mutable_start_date() = DateOf(DayOf(market_.now()));
  step->set_share_basis_points(1'000);
  market_.Put(budget);
  EXPECT_FALSE(IsFirst());
  *budget.mutable_producer_shares(1)->mutable_start_date() = DateOf(DayOf(market_.now()) + 1);
  market_.Put(budget);
  EXPECT_TRUE(IsFirst());
}

TEST_F(PublicRole, IsGivenTheNeedByARoundWhichSaysWhy) {
  Publish();
  EXPECT_THAT(UnitsByTap("rounds/r"), UnorderedElementsAre(Pair("parties/tap0", 10)));
  EXPECT_EQ(Matches("rounds/r").at(0).score(), 1'000'000);
  EXPECT_THAT(Why("parties/tap0", "eng"), HasSubstr("a public body's task, at no charge"));
  EXPECT_THAT(Why("parties/tap1", "eng"), HasSubstr("a public body, which offered it at no charge"));
  EXPECT_THAT(Why("parties/tap1", "spa"), HasSubstr("entidad pública"));
  EXPECT_THAT(Why("parties/tap1", "quz"), HasSubstr("Estadoq"));
}

TEST_F(PublicRole, WithoutItTheRoundGivesTheNeedToTheOther) {
  market_.Put(APolicy());
  Publish();
  EXPECT_THAT(UnitsByTap("rounds/r"), UnorderedElementsAre(Pair("parties/tap1", 10)));
  EXPECT_THAT(Why("parties/tap0", "eng"), HasSubstr("Other offers were worth more"));
}

// There is less than is asked for, so that a unit of it has a price in the round; at once it is first all the
// same.
TEST_F(PublicRole, IsGivenACriticalNeedWhateverAUnitWasWorthElsewhere) {
  v1::Offer offer = FreeOffer();
  offer.set_capacity(12);
  market_.Put(offer);
  v1::Need alone = ANeed(market_, "coop0", "alone", 10);
  alone.mutable_highest_unit_price()->set_minor_units(95'000);
  market_.Put(alone);
  v1::Offer other = AnOffer(market_, "tap1", "o", 5);
  market_.Put(other);
  Publish();
  market_.Put(AnOffer(market_, "tap1", "more", 100));
  v1::Offer more = FreeOffer();
  more.set_capacity(40);
  more.set_booked_quantity(ReadOffer(0).booked_quantity());
  market_.Put(more);
  v1::Need urgent = ANeed(market_, "coop0", "urgent", 7);
  urgent.set_urgency(v1::URGENCY_CRITICAL);
  market_.Put(urgent);
  market_.AwaitLive();
  v1::MatchNowRequest request;
  request.set_name(urgent.name());
  const auto now = market_.Call<v1::MatchNowResponse>("ayni.v1.NeedService/MatchNow", request);
  ASSERT_TRUE(now.ok()) << now.status();
  ASSERT_EQ(now->matches_size(), 1);
  EXPECT_EQ(now->matches(0).offer(), kPublicOffer);
  EXPECT_LT(now->matches(0).bid(), int64_t{1'000'000} * 65'536) << "the round's price was no reason to wait";
}

TEST_F(PublicRole, IsHeldToLimitsAsAnybody) {
  v1::Policy policy = WithRole();
  v1::Limit* limit = policy.add_limits();
  limit->set_id("taps");
  limit->set_controller_level(v1::CONTROLLER_LEVEL_TAP);
  limit->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
  limit->set_share_basis_points(4'000);
  limit->set_basis(v1::LIMIT_BASIS_DEMAND);
  market_.Put(policy);
  Publish();
  EXPECT_EQ(UnitsByTap("rounds/r")["parties/tap0"], 4);
}

}  // namespace
}  // namespace ayni::services
