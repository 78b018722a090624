#include <gmock/gmock.h>

#include "ayni/v1/budget_service.pb.h"
#include "services/resource/write.h"
#include "tests/services/rules/rejections.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;

constexpr char kBudget[] = "funders/certifier/budgets/dosing";
const Caller kFunder = {"principals/fund", v1::ROLE_FUNDER, "parties/certifier"};

v1::ProducerShare ShareFrom(int year, int share_basis_points) {
  v1::ProducerShare share;
  *share.mutable_start_date() = ADay(year, 1, 1);
  share.set_share_basis_points(share_basis_points);
  return share;
}

v1::Budget ABudget() {
  v1::Budget budget;
  budget.set_display_name("Dosificación");
  budget.mutable_amount()->set_currency("PEN");
  budget.mutable_amount()->set_minor_units(1'000'000);
  *budget.mutable_window()->mutable_start_date() = ADay(2027, 1, 1);
  *budget.mutable_window()->mutable_end_date() = ADay(2028, 12, 31);
  *budget.add_producer_shares() = ShareFrom(2027, 2'000);
  *budget.add_producer_shares() = ShareFrom(2028, 5'000);
  budget.add_services("services/dosing");
  budget.add_territories("territories/inei.0806");
  budget.add_taps("parties/tap");
  return budget;
}

v1::CreateBudgetRequest NewBudget() {
  v1::CreateBudgetRequest request;
  request.set_parent("funders/certifier");
  request.set_budget_id("dosing");
  *request.mutable_budget() = ABudget();
  return request;
}

TEST(CreateBudget, NamesEachWrongField) {
  using R = v1::CreateBudgetRequest;
  using B = v1::Budget;
  ExpectRejections<R, B>(
      "ayni.v1.BudgetService/CreateBudget", NewBudget(), &R::mutable_budget,
      {
          {"parent that is nobody", [](R* r, B*) { r->set_parent("funders/nobody"); }, "parent"},
          {"parent of another kind", [](R* r, B*) { r->set_parent("parties/certifier"); }, "parent"},
          {"no name for people", [](R*, B* b) { b->clear_display_name(); }, "budget.display_name"},
          {"no amount", [](R*, B* b) { b->clear_amount(); }, "budget.amount"},
          {"nothing", [](R*, B* b) { b->mutable_amount()->set_minor_units(0); }, "budget.amount.minor_units"},
          {"less than nothing", [](R*, B* b) { b->mutable_amount()->set_minor_units(-1); },
           "budget.amount.minor_units"},
          {"no currency", [](R*, B* b) { b->mutable_amount()->set_currency("SOL"); },
           "budget.amount.currency"},
          {"no window", [](R*, B* b) { b->clear_window(); }, "budget.window"},
          {"window that ends before it begins",
           [](R*, B* b) { *b->mutable_window()->mutable_end_date() = ADay(2026, 12, 31); },
           "budget.window.end_date"},
          {"no shares", [](R*, B* b) { b->clear_producer_shares(); }, "budget.producer_shares"},
          {"share above all", [](R*, B* b) { b->mutable_producer_shares(1)->set_share_basis_points(10'001); },
           "budget.producer_shares[1].share_basis_points"},
          {"share that falls", [](R*, B* b) { b->mutable_producer_shares(1)->set_share_basis_points(1'999); },
           "budget.producer_shares[1].share_basis_points"},
          {"days that run backwards",
           [](R*, B* b) { *b->mutable_producer_shares(1)->mutable_start_date() = ADay(2026, 1, 1); },
           "budget.producer_shares[1].start_date"},
          {"one day twice",
           [](R*, B* b) { *b->mutable_producer_shares(1)->mutable_start_date() = ADay(2027, 1, 1); },
           "budget.producer_shares[1].start_date"},
          {"days without a share",
           [](R*, B* b) { *b->mutable_producer_shares(0)->mutable_start_date() = ADay(2027, 1, 2); },
           "budget.producer_shares[0].start_date"},
          {"no such day",
           [](R*, B* b) { *b->mutable_producer_shares(0)->mutable_start_date() = ADay(2027, 2, 30); },
           "budget.producer_shares[0].start_date"},
          {"no such service", [](R*, B* b) { b->set_services(0, "services/none"); }, "budget.services[0]"},
          {"no such territory", [](R*, B* b) { b->set_territories(0, "territories/inei.99"); },
           "budget.territories[0]"},
          {"no TAP", [](R*, B* b) { b->set_taps(0, "parties/coop"); }, "budget.taps[0]"},
          {"one TAP twice", [](R*, B* b) { b->add_taps("parties/tap"); }, "budget.taps[1]"},
      });
}

TEST(CreateBudget, NamesAllWrongFieldsAtOnce) {
  TestMarket market;
  market.Lay();
  v1::CreateBudgetRequest request = NewBudget();
  v1::Budget* budget = request.mutable_budget();
  budget->clear_display_name();
  budget->mutable_amount()->set_minor_units(0);
  budget->mutable_producer_shares(1)->set_share_basis_points(0);
  budget->set_taps(0, "parties/coop");
  const absl::Status status = market.Run("ayni.v1.BudgetService/CreateBudget", request).status();
  for (const char* field : {"budget.display_name", "budget.amount.minor_units",
                            "budget.producer_shares[1].share_basis_points", "budget.taps[0]"})
    EXPECT_TRUE(Violates(status, field)) << field << ": " << status;
  EXPECT_EQ(FieldViolations(status).size(), 4u) << status;
}

class ABudgetOnRecord : public testing::Test {
 protected:
  ABudgetOnRecord() {
    market_.Lay();
    const auto made = market_.CallAs<v1::Budget>(kFunder, Scope::kOwnName,
                                                 "ayni.v1.BudgetService/CreateBudget", NewBudget());
    EXPECT_TRUE(made.ok()) << made.status();
  }

  // As if matches had drawn so much.
  void Draw(int64_t reserved, int64_t paid) {
    auto before = ReadRecord(market_.store(), ResourceType::Of<v1::Budget>(), kBudget);
    ASSERT_TRUE(before.ok());
    v1::Budget budget = static_cast<const v1::Budget&>(*before->record);
    budget.mutable_reserved()->set_minor_units(reserved);
    budget.mutable_paid()->set_minor_units(paid);
    storage::Change change;
    AddPut(Call(), "", KindOf<v1::Budget>(), *before, budget, &change);
    ASSERT_TRUE(market_.store().CommitAndWait(std::move(change)).ok());
  }

  absl::StatusOr<v1::Budget> SetAmount(int64_t minor_units, const char* currency = "PEN") {
    v1::UpdateBudgetRequest request;
    request.mutable_budget()->set_name(kBudget);
    request.mutable_budget()->mutable_amount()->set_minor_units(minor_units);
    request.mutable_budget()->mutable_amount()->set_currency(currency);
    return market_.CallAs<v1::Budget>(kFunder, Scope::kOwnName, "ayni.v1.BudgetService/UpdateBudget",
                                      request);
  }

  v1::Budget GetAs(const Caller& caller) {
    v1::GetBudgetRequest request;
    request.set_name(kBudget);
    const auto budget =
        market_.CallAs<v1::Budget>(caller, Scope::kAny, "ayni.v1.BudgetService/GetBudget", request);
    EXPECT_TRUE(budget.ok()) << budget.status();
    return budget.ok() ? *budget : v1::Budget();
  }

  v1::CreateOfferRequest Subsidised() {
    v1::CreateOfferRequest request;
    request.set_parent("taps/tap");
    request.set_offer_id("paid");
    *request.mutable_offer() = AnOffer();
    request.mutable_offer()->mutable_subsidised()->set_funder("parties/certifier");
    request.mutable_offer()->mutable_subsidised()->set_budget(kBudget);
    return request;
  }

  TestMarket market_;
};

TEST_F(ABudgetOnRecord, IsRaisedAndLoweredNotBelowWhatIsDrawn) {
  Draw(300'000, 200'000);
  const auto less = SetAmount(499'999);
  EXPECT_TRUE(Violates(less.status(), "budget.amount.minor_units")) << less.status();
  EXPECT_THAT(less.status().message(), HasSubstr("5000.00 PEN"));
  EXPECT_TRUE(Violates(SetAmount(2'000'000, "BOB").status(), "budget.amount.currency"));
  EXPECT_TRUE(SetAmount(500'000).ok());
  const auto more = SetAmount(2'000'000);
  ASSERT_TRUE(more.ok()) << more.status();
  EXPECT_EQ(more->reserved().minor_units(), 300'000);
  EXPECT_EQ(more->paid().minor_units(), 200'000);
}

TEST_F(ABudgetOnRecord, CountsForItself) {
  v1::CreateBudgetRequest request = NewBudget();
  request.set_budget_id("other");
  request.mutable_budget()->mutable_reserved()->set_minor_units(-1);
  request.mutable_budget()->mutable_paid()->set_minor_units(7);
  const auto made = market_.Call<v1::Budget>("ayni.v1.BudgetService/CreateBudget", request);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->reserved().minor_units(), 0);
  EXPECT_EQ(made->paid().minor_units(), 0);
  EXPECT_EQ(made->paid().currency(), "PEN");
}

TEST_F(ABudgetOnRecord, ShowsWhatIsLeftToWhoGivesItAndMayDrawOnIt) {
  Draw(300'000, 200'000);
  const Caller other_funder = {"principals/other", v1::ROLE_FUNDER, "parties/coop"};
  const Caller other_tap = {"principals/other", v1::ROLE_TAP, "parties/other"};
  const Caller auditor = {"principals/vera", v1::ROLE_AUDITOR, ""};
  for (const Caller& caller : {kFunder, TapCaller(), Administrator(), auditor}) {
    EXPECT_EQ(GetAs(caller).reserved().minor_units(), 300'000) << caller.principal;
    EXPECT_EQ(GetAs(caller).paid().minor_units(), 200'000) << caller.principal;
  }
  for (const Caller& caller : {CooperativeCaller(), other_funder, other_tap}) {
    EXPECT_FALSE(GetAs(caller).has_reserved()) << caller.principal;
    EXPECT_FALSE(GetAs(caller).has_paid()) << caller.principal;
    EXPECT_EQ(GetAs(caller).amount().minor_units(), 1'000'000) << caller.principal;
  }
}

TEST_F(ABudgetOnRecord, IsNamedByOffersThatItPaysFor) {
  ASSERT_TRUE(market_.Run("ayni.v1.OfferService/CreateOffer", Subsidised()).ok());
  const std::pair<std::function<void(v1::Offer*)>, const char*> wrongs[] = {
      {[](v1::Offer* o) { o->mutable_subsidised()->set_funder("parties/coop"); }, "offer.subsidised.funder"},
      {[](v1::Offer* o) { o->mutable_subsidised()->set_producer_share_basis_points(1); },
       "offer.subsidised.producer_share_basis_points"},
      {[](v1::Offer* o) { o->mutable_subsidised()->set_budget("funders/certifier/budgets/none"); },
       "offer.subsidised.budget"},
      {[](v1::Offer* o) { o->mutable_unit_price()->set_currency("BOB"); }, "offer.unit_price.currency"}};
  for (const auto& [spoil, field] : wrongs) {
    v1::CreateOfferRequest request = Subsidised();
    request.set_offer_id("other");
    spoil(request.mutable_offer());
    const absl::Status status = market_.Run("ayni.v1.OfferService/CreateOffer", request).status();
    EXPECT_TRUE(Violates(status, field)) << status;
    EXPECT_EQ(FieldViolations(status).size(), 1u) << status;
  }
}

TEST_F(ABudgetOnRecord, PaysForItsTapsAndServicesAlone) {
  v1::CreatePartyRequest other;
  other.set_party_id("other");
  *other.mutable_party() = ATap();
  other.mutable_party()->set_display_name("Another");
  other.mutable_party()->clear_identifiers();
  ASSERT_TRUE(market_.Run("ayni.v1.PartyService/CreateParty", other).ok());
  v1::CreateOfferRequest request = Subsidised();
  request.set_parent("taps/other");
  const absl::Status status = market_.Run("ayni.v1.OfferService/CreateOffer", request).status();
  EXPECT_TRUE(Violates(status, "offer.subsidised.budget")) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("does not pay for services/dosing of parties/other"));
}

TEST_F(ABudgetOnRecord, StaysWhileAnOfferNamesIt) {
  ASSERT_TRUE(market_.Run("ayni.v1.OfferService/CreateOffer", Subsidised()).ok());
  v1::DeleteBudgetRequest remove;
  remove.set_name(kBudget);
  EXPECT_EQ(ReasonOf(market_.Run("ayni.v1.BudgetService/DeleteBudget", remove).status()), "RESOURCE_IN_USE");
  v1::DeleteOfferRequest offer;
  offer.set_name("taps/tap/offers/paid");
  ASSERT_TRUE(market_.Run("ayni.v1.OfferService/DeleteOffer", offer).ok());
  EXPECT_TRUE(market_.Run("ayni.v1.BudgetService/DeleteBudget", remove).ok());
}

}  // namespace
}  // namespace ayni::services
