#include <gmock/gmock.h>

#include "absl/time/civil_time.h"
#include "ayni/v1/agreement_service.pb.h"
#include "services/rules/day.h"
#include "tests/services/rules/rejections.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;

constexpr char kAgreement[] = "agreements/dosing";
constexpr char kService[] = "ayni.v1.AgreementService/";

v1::Agreement AnAgreement() {
  v1::Agreement agreement;
  agreement.set_cooperative("parties/coop");
  agreement.set_tap("parties/tap");
  agreement.set_kind(v1::CONTRACT_KIND_RETAINER);
  agreement.set_service("services/dosing");
  agreement.add_value_chains("valueChains/alpaca");
  agreement.mutable_unit_price()->set_currency("PEN");
  agreement.mutable_unit_price()->set_minor_units(320);
  *agreement.mutable_window()->mutable_start_date() = ADay(2026, 11, 1);
  *agreement.mutable_window()->mutable_end_date() = ADay(2028, 10, 31);
  agreement.set_note("Comes every month, whatever there is to do");
  return agreement;
}

v1::CreateAgreementRequest NewAgreement() {
  v1::CreateAgreementRequest request;
  request.set_agreement_id("dosing");
  *request.mutable_agreement() = AnAgreement();
  return request;
}

TEST(CreateAgreement, NamesEachWrongField) {
  using R = v1::CreateAgreementRequest;
  using A = v1::Agreement;
  ExpectRejections<R, A>(
      "ayni.v1.AgreementService/CreateAgreement", NewAgreement(), &R::mutable_agreement,
      {
          {"no cooperative", [](R*, A* a) { a->clear_cooperative(); }, "agreement.cooperative"},
          {"a cooperative in another role", [](R*, A* a) { a->set_cooperative("parties/certifier"); },
           "agreement.cooperative"},
          {"no TAP", [](R*, A* a) { a->set_tap("parties/certifier"); }, "agreement.tap"},
          {"no kind", [](R*, A* a) { a->clear_kind(); }, "agreement.kind"},
          {"no service", [](R*, A* a) { a->set_service("services/none"); }, "agreement.service"},
          {"no value chain", [](R*, A* a) { a->clear_value_chains(); }, "agreement.value_chains"},
          {"no price", [](R*, A* a) { a->clear_unit_price(); }, "agreement.unit_price"},
          {"for nothing", [](R*, A* a) { a->mutable_unit_price()->set_minor_units(0); },
           "agreement.unit_price.minor_units"},
          {"no window", [](R*, A* a) { a->clear_window(); }, "agreement.window"},
          {"a window that ends before it begins",
           [](R*, A* a) { *a->mutable_window()->mutable_end_date() = ADay(2026, 10, 31); },
           "agreement.window.end_date"},
      });
}

class AnAgreementOnRecord : public testing::Test {
 protected:
  AnAgreementOnRecord() { market_.Lay(); }

  absl::StatusOr<v1::Agreement> Propose(const Caller& caller) {
    return market_.CallAs<v1::Agreement>(caller, Scope::kOwnName, absl::StrCat(kService, "CreateAgreement"),
                                         NewAgreement());
  }
  absl::StatusOr<v1::Agreement> Accept(const Caller& caller) {
    v1::AcceptAgreementRequest request;
    request.set_name(kAgreement);
    return market_.CallAs<v1::Agreement>(caller, Scope::kOwnRecord, absl::StrCat(kService, "AcceptAgreement"),
                                         request);
  }
  absl::StatusOr<v1::Agreement> End(const Caller& caller, const google::type::Date& last = {}) {
    v1::EndAgreementRequest request;
    request.set_name(kAgreement);
    request.set_reason("The herd was sold");
    if (last.year() != 0) *request.mutable_last_date() = last;
    return market_.CallAs<v1::Agreement>(caller, Scope::kOwnRecord, absl::StrCat(kService, "EndAgreement"),
                                         request);
  }
  v1::Agreement InForce() {
    EXPECT_TRUE(Propose(CooperativeCaller()).ok());
    const auto accepted = Accept(TapCaller());
    EXPECT_TRUE(accepted.ok()) << accepted.status();
    return *accepted;
  }
  absl::Status Ask(const v1::Need& need, const std::string& id = "n") {
    v1::CreateNeedRequest request;
    request.set_parent("cooperatives/coop");
    request.set_need_id(id);
    *request.mutable_need() = need;
    return market_.Run("ayni.v1.NeedService/CreateNeed", request).status();
  }
  static v1::Need Under() {
    v1::Need need = ANeed();
    need.set_agreement(kAgreement);
    return need;
  }

  TestMarket market_;
};

TEST_F(AnAgreementOnRecord, IsInForceOnceBothSidesSaidYes) {
  const auto proposed = Propose(TapCaller());
  ASSERT_TRUE(proposed.ok()) << proposed.status();
  EXPECT_EQ(proposed->state(), v1::Agreement::STATE_PROPOSED);
  EXPECT_TRUE(proposed->has_tap_yes());
  EXPECT_FALSE(proposed->has_cooperative_yes());
  EXPECT_EQ(Accept(TapCaller())->state(), v1::Agreement::STATE_PROPOSED) << "one side is not two";
  const auto accepted = Accept(CooperativeCaller());
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->state(), v1::Agreement::STATE_IN_FORCE);
  EXPECT_EQ(accepted->cooperative_yes().principal(), "principals/coop");
}

TEST_F(AnAgreementOnRecord, OfAnAdministratorWaitsForBothSides) {
  EXPECT_FALSE(Propose(Administrator())->has_tap_yes());
  EXPECT_EQ(Accept(CooperativeCaller())->state(), v1::Agreement::STATE_PROPOSED);
  EXPECT_EQ(Accept(TapCaller())->state(), v1::Agreement::STATE_IN_FORCE);
}

TEST_F(AnAgreementOnRecord, IsNobodyElses) {
  ASSERT_TRUE(Propose(CooperativeCaller()).ok());
  const Caller other{"principals/other", v1::ROLE_TAP, "parties/certifier"};
  EXPECT_EQ(ReasonOf(Accept(other).status()), "NOT_OWN");
  EXPECT_EQ(ReasonOf(End(other).status()), "NOT_OWN");
  v1::GetAgreementRequest get;
  get.set_name(kAgreement);
  EXPECT_EQ(
      ReasonOf(
          market_.CallAs<v1::Agreement>(other, Scope::kOwnRecord, absl::StrCat(kService, "GetAgreement"), get)
              .status()),
      "NOT_OWN");
  // The cooperative's party in the TAP's role is not its side.
  const Caller disguised{"principals/coop", v1::ROLE_TAP, "parties/coop"};
  EXPECT_EQ(ReasonOf(Accept(disguised).status()), "NOT_OWN");
}

TEST_F(AnAgreementOnRecord, EndsFromADayOnWithAReason) {
  InForce();
  EXPECT_TRUE(Violates(End(TapCaller(), ADay(2026, 11, 1)).status(), "last_date")) << "not before today";
  EXPECT_TRUE(Violates(End(TapCaller(), ADay(2028, 11, 1)).status(), "last_date")) << "not after its window";
  const auto ended = End(TapCaller(), ADay(2027, 2, 28));
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(ended->state(), v1::Agreement::STATE_ENDED);
  EXPECT_EQ(ended->ending().side(), v1::SIDE_TAP);
  EXPECT_EQ(ended->ending().reason(), "The herd was sold");
  EXPECT_EQ(ReasonOf(Accept(CooperativeCaller()).status()), "AGREEMENT_ENDED");
  v1::Need need = Under();
  EXPECT_TRUE(Violates(Ask(need), "need.window")) << "to the end of March";
  *need.mutable_window()->mutable_end_date() = ADay(2027, 2, 28);
  EXPECT_TRUE(Ask(need).ok());
}

TEST_F(AnAgreementOnRecord, ThatHoldsForAWhileYetIsEndedSoonerByTheOtherSide) {
  InForce();
  ASSERT_TRUE(End(TapCaller(), ADay(2027, 2, 28)).ok());
  EXPECT_TRUE(Violates(End(CooperativeCaller(), ADay(2027, 2, 28)).status(), "last_date")) << "is no sooner";
  EXPECT_TRUE(Violates(End(TapCaller(), ADay(2027, 3, 15)).status(), "last_date")) << "nor is this";
  const auto ended = End(CooperativeCaller(), ADay(2027, 2, 14));
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(ended->ending().side(), v1::SIDE_COOPERATIVE);
  EXPECT_EQ(ToDay(ended->last_date()), absl::CivilDay(2027, 2, 14));
  const auto today = End(TapCaller());
  ASSERT_TRUE(today.ok()) << today.status();
  EXPECT_EQ(ReasonOf(End(CooperativeCaller()).status()), "AGREEMENT_ENDED");
}

TEST_F(AnAgreementOnRecord, ThatIsOnlyProposedIsTakenBackAndNeverHeld) {
  ASSERT_TRUE(Propose(CooperativeCaller()).ok());
  EXPECT_TRUE(Violates(End(CooperativeCaller(), ADay(2027, 2, 28)).status(), "last_date"));
  EXPECT_FALSE(End(CooperativeCaller())->has_last_date());
  EXPECT_TRUE(Violates(Ask(Under()), "need.agreement"));
}

TEST_F(AnAgreementOnRecord, IsForNeedsOfItsCooperativeServiceChainCurrencyAndDays) {
  InForce();
  v1::Need need = Under();
  *need.mutable_window()->mutable_start_date() = ADay(2026, 10, 31);
  EXPECT_TRUE(Violates(Ask(need), "need.window"));
  need = Under();
  need.mutable_highest_unit_price()->set_currency("BOB");
  EXPECT_TRUE(Violates(Ask(need), "need.highest_unit_price.currency"));
  v1::CreateValueChainRequest chain;
  chain.set_value_chain_id("potato");
  *chain.mutable_value_chain() = AValueChain();
  ASSERT_TRUE(market_.Run("ayni.v1.CatalogueService/CreateValueChain", chain).ok());
  need = Under();
  need.set_value_chain("valueChains/potato");
  EXPECT_TRUE(Violates(Ask(need), "need.agreement"));
  v1::CreatePartyRequest party;
  party.set_party_id("neighbour");
  *party.mutable_party() = ACooperative();
  party.mutable_party()->clear_contact();
  ASSERT_TRUE(market_.Run("ayni.v1.PartyService/CreateParty", party).ok());
  v1::CreateNeedRequest foreign;
  foreign.set_parent("cooperatives/neighbour");
  *foreign.mutable_need() = Under();
  EXPECT_TRUE(Violates(market_.Run("ayni.v1.NeedService/CreateNeed", foreign).status(), "need.agreement"));
  EXPECT_TRUE(Ask(Under()).ok());
  v1::DeleteAgreementRequest remove;
  remove.set_name(kAgreement);
  EXPECT_EQ(ReasonOf(market_.Run(absl::StrCat(kService, "DeleteAgreement"), remove).status()),
            "RESOURCE_IN_USE");
}

TEST_F(AnAgreementOnRecord, ThatEndsLeavesWhatIsAskedForUnderItOpenToOtherChanges) {
  InForce();
  ASSERT_TRUE(Ask(Under()).ok());
  ASSERT_TRUE(End(TapCaller()).ok());
  v1::UpdateNeedRequest update;
  update.mutable_need()->set_name("cooperatives/coop/needs/n");
  update.mutable_need()->set_quantity(90);
  update.mutable_update_mask()->add_paths("quantity");
  EXPECT_TRUE(market_.Run("ayni.v1.NeedService/UpdateNeed", update).ok());
  *update.mutable_need()->mutable_window() = ANeed().window();
  update.mutable_need()->mutable_window()->mutable_end_date()->set_day(30);
  update.mutable_update_mask()->add_paths("window");
  EXPECT_TRUE(Violates(market_.Run("ayni.v1.NeedService/UpdateNeed", update).status(), "need.window"));
  update.mutable_update_mask()->add_paths("agreement");
  EXPECT_TRUE(market_.Run("ayni.v1.NeedService/UpdateNeed", update).ok()) << "asked for by itself";
}

class JoinedNeeds : public AnAgreementOnRecord {
 protected:
  JoinedNeeds() { EXPECT_TRUE(Ask(ANeed(), "lead").ok()); }
  static v1::Need Joined(const std::string& lead = "lead") {
    v1::Need need = ANeed();
    need.set_joined_to(absl::StrCat("cooperatives/coop/needs/", lead));
    return need;
  }
  absl::Status Change(const std::string& id, const v1::Need& changed, const char* field) {
    v1::UpdateNeedRequest request;
    *request.mutable_need() = changed;
    request.mutable_need()->set_name(absl::StrCat("cooperatives/coop/needs/", id));
    request.mutable_update_mask()->add_paths(field);
    return market_.Run("ayni.v1.NeedService/UpdateNeed", request).status();
  }
};

TEST_F(JoinedNeeds, AreOfOneServiceChainCurrencyAndSeason) {
  v1::Need need = Joined();
  need.mutable_highest_unit_price()->set_currency("BOB");
  EXPECT_TRUE(Violates(Ask(need), "need.joined_to"));
  need = Joined();
  *need.mutable_window()->mutable_start_date() = ADay(2027, 4, 1);
  *need.mutable_window()->mutable_end_date() = ADay(2027, 5, 1);
  EXPECT_TRUE(Violates(Ask(need), "need.window"));
  EXPECT_TRUE(Violates(Ask(Joined("none")), "need.joined_to"));
  EXPECT_TRUE(Violates(Ask(Joined("n"), "n"), "need.joined_to")) << "to itself";
  need = Joined();
  *need.mutable_window()->mutable_start_date() = ADay(2027, 3, 31);
  EXPECT_TRUE(Ask(need).ok());
}

TEST_F(JoinedNeeds, AreJoinedToOneThatIsJoinedToNone) {
  ASSERT_TRUE(Ask(Joined(), "second").ok());
  EXPECT_TRUE(Violates(Ask(Joined("second"), "third"), "need.joined_to")) << "no chains";
  ASSERT_TRUE(Ask(ANeed(), "other").ok());
  v1::Need lead;
  lead.set_joined_to("cooperatives/coop/needs/other");
  EXPECT_TRUE(Violates(Change("lead", lead, "joined_to"), "need.joined_to"))
      << "the lead is joined by others";
  EXPECT_TRUE(Change("other", Joined(), "joined_to").ok());
}

TEST_F(JoinedNeeds, HoldTheLeadToItsDays) {
  ASSERT_TRUE(Ask(Joined(), "second").ok());
  v1::Need later = ANeed();
  *later.mutable_window()->mutable_end_date() = ADay(2027, 4, 30);
  EXPECT_EQ(ReasonOf(Change("lead", later, "window")), "NEED_JOINED");
  EXPECT_TRUE(Change("second", later, "window").ok());
  v1::Need more;
  more.set_quantity(500);
  EXPECT_TRUE(Change("lead", more, "quantity").ok());
  v1::DeleteNeedRequest request;
  request.set_name("cooperatives/coop/needs/lead");
  EXPECT_TRUE(market_.Run("ayni.v1.NeedService/DeleteNeed", request).ok()) << "nobody is held by others";
}

TEST_F(JoinedNeeds, AreUnderNoAgreement) {
  InForce();
  v1::Need need = Joined();
  need.set_agreement(kAgreement);
  EXPECT_TRUE(Violates(Ask(need), "need.joined_to"));
}

TEST(CreateOffer, NamesWrongPriceSteps) {
  using R = v1::CreateOfferRequest;
  R valid;
  valid.set_parent("taps/tap");
  *valid.mutable_offer() = AnOffer();
  for (const auto& [least, price] : {std::pair(100, 280), std::pair(300, 250)}) {
    v1::PriceStep* step = valid.mutable_offer()->add_price_steps();
    step->set_least_quantity(least);
    step->mutable_unit_price()->set_currency("PEN");
    step->mutable_unit_price()->set_minor_units(price);
  }
  const auto step = [](v1::Offer* offer, int at) { return offer->mutable_price_steps(at); };
  ExpectRejections<R, v1::Offer>(
      "ayni.v1.OfferService/CreateOffer", valid, &R::mutable_offer,
      {
          {"from one unit on", [&](R*, v1::Offer* o) { step(o, 0)->set_least_quantity(1); },
           "offer.price_steps[0].least_quantity"},
          {"quantities that fall", [&](R*, v1::Offer* o) { step(o, 1)->set_least_quantity(100); },
           "offer.price_steps[1].least_quantity"},
          {"as dear as before",
           [&](R*, v1::Offer* o) { step(o, 0)->mutable_unit_price()->set_minor_units(300); },
           "offer.price_steps[0].unit_price.minor_units"},
          {"dearer than the step before",
           [&](R*, v1::Offer* o) { step(o, 1)->mutable_unit_price()->set_minor_units(280); },
           "offer.price_steps[1].unit_price.minor_units"},
          {"for nothing", [&](R*, v1::Offer* o) { step(o, 1)->mutable_unit_price()->set_minor_units(0); },
           "offer.price_steps[1].unit_price.minor_units"},
          {"another currency",
           [&](R*, v1::Offer* o) { step(o, 1)->mutable_unit_price()->set_currency("BOB"); },
           "offer.price_steps[1].unit_price.currency"},
          {"no price", [&](R*, v1::Offer* o) { step(o, 1)->clear_unit_price(); },
           "offer.price_steps[1].unit_price"},
      });
}

}  // namespace
}  // namespace ayni::services
