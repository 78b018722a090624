// Money that matches draw on: taken where they are proposed, given back where they come to nothing, paid
// where they are settled, and never more than there is.
#include <gmock/gmock.h>

#include <atomic>
#include <iostream>
#include <random>
#include <set>
#include <thread>

#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/budget_service.pb.h"
#include "ayni/v1/need_service.pb.h"
#include "services/match/lapses.h"
#include "tests/services/match/spent_budget.h"
#include "tests/services/match/spoken_market.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kBudget[] = "funders/fund/budgets/b";
const Caller kFunder = {"principals/fund", v1::ROLE_FUNDER, "parties/fund"};

class Budgets : public SpokenMarket {
 protected:
  // Producers pay a fifth, from the tenth day on half, from the hundredth all.
  void FillFunded(int needs, int64_t quantity, int taps, int64_t capacity, int64_t money) {
    Fill(needs, quantity, taps, capacity);
    market_.Put(AFund());
    v1::Budget budget;
    budget.set_name(kBudget);
    budget.mutable_amount()->set_currency("PEN");
    budget.mutable_amount()->set_minor_units(money);
    *budget.mutable_window()->mutable_start_date() = DayAfter(-1);
    *budget.mutable_window()->mutable_end_date() = DayAfter(200);
    for (const auto& [days, share] : {std::pair(-1, 2'000), std::pair(10, 5'000), std::pair(100, 10'000)}) {
      v1::ProducerShare* step = budget.add_producer_shares();
      *step->mutable_start_date() = DayAfter(days);
      step->set_share_basis_points(share);
    }
    market_.Put(budget);
    for (int at = 0; at < taps; ++at) Subsidise(at);
  }

  void Subsidise(int tap) {
    v1::Offer offer = ReadOffer(tap);
    offer.mutable_subsidised()->set_funder("parties/fund");
    offer.mutable_subsidised()->set_budget(kBudget);
    market_.Put(offer);
  }

  google::type::Date DayAfter(int days) const {
    const absl::CivilDay day = absl::ToCivilDay(market_.now(), absl::UTCTimeZone()) + days;
    google::type::Date date;
    date.set_year(static_cast<int32_t>(day.year()));
    date.set_month(day.month());
    date.set_day(day.day());
    return date;
  }

  v1::Budget Budget() { return market_.Read<v1::Budget>(kBudget); }
  // Reserved and paid, in soles.
  std::vector<int64_t> Drawn() {
    const v1::Budget budget = Budget();
    return {budget.reserved().minor_units() / 100, budget.paid().minor_units() / 100};
  }

  void Post(const std::string& cooperative, const std::string& id, int64_t quantity) {
    v1::Need need = ANeed(market_, cooperative, id, quantity);
    need.set_urgency(v1::URGENCY_CRITICAL);
    market_.Put(need);
  }
  absl::StatusOr<v1::MatchNowResponse> MatchAtOnce(const std::string& need) {
    v1::MatchNowRequest request;
    request.set_name(need);
    return market_.Call<v1::MatchNowResponse>("ayni.v1.NeedService/MatchNow", request);
  }

  static v1::SettleMatchRequest SettleAs(int64_t producers, int64_t funder) {
    v1::SettleMatchRequest request;
    for (const auto& [payer, amount] :
         {std::pair(v1::PAYER_COOPERATIVE, producers), std::pair(v1::PAYER_FUNDER, funder)}) {
      v1::Payment* payment = request.add_payments();
      payment->set_payer(payer);
      payment->mutable_amount()->set_currency("PEN");
      payment->mutable_amount()->set_minor_units(amount);
    }
    return request;
  }

  // Accepted by both, delivered and confirmed.
  void LeadToConfirmed(const v1::Match& match, int64_t units) {
    ASSERT_TRUE(Say(Cooperative(match), match.name(), v1::AcceptMatchRequest()).ok());
    ASSERT_TRUE(Say(Tap(match), match.name(), v1::AcceptMatchRequest()).ok());
    ASSERT_TRUE(Say(Tap(match), match.name(), Deliver(units)).ok());
    ASSERT_TRUE(Say(Cooperative(match), match.name(), Confirm()).ok());
  }

  std::vector<v1::ReasonCode> ReasonsOf(const std::string& need, const std::string& round,
                                        const std::string& offer) {
    v1::ExplainNeedRequest request;
    request.set_name(need);
    request.set_round(round);
    request.set_fates_max(100);
    const auto told = market_.Call<v1::ExplainNeedResponse>("ayni.v1.AuditService/ExplainNeed", request);
    EXPECT_TRUE(told.ok()) << told.status();
    std::vector<v1::ReasonCode> codes;
    if (!told.ok()) return codes;
    for (const auto* fates : {&told->candidates(), &told->others()}) {
      for (const v1::CandidateFate& fate : *fates) {
        for (const v1::Reason& reason : fate.reasons()) {
          if (fate.offer() == offer) codes.push_back(reason.code());
        }
      }
    }
    return codes;
  }
};

TEST_F(Budgets, AreDrawnOnWhenAMatchIsProposedAndPaidWhenItIsSettled) {
  FillFunded(1, 10, 1, 100, 1'000'000);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  const v1::Match match = Matches("rounds/r1").front();
  EXPECT_EQ(match.subsidy().funder(), "parties/fund");
  EXPECT_EQ(match.subsidy().budget(), kBudget);
  EXPECT_EQ(match.subsidy().producer_share_basis_points(), 2'000);
  // Ten units at 500 soles, of which the funder pays four fifths.
  EXPECT_THAT(Drawn(), ElementsAre(4'000, 0));
  LeadToConfirmed(match, 7);
  EXPECT_THAT(Drawn(), ElementsAre(2'800, 0)) << "what was not delivered is free again";
  const auto wrong = Say(Tap(match), match.name(), SettleAs(70'000 + 1, 280'000 - 1));
  EXPECT_THAT(wrong.status().message(), HasSubstr("of PAYER_FUNDER must come to 2800.00 PEN"));
  ASSERT_TRUE(Say(Tap(match), match.name(), SettleAs(70'000, 280'000)).ok());
  EXPECT_THAT(Drawn(), ElementsAre(0, 2'800));
}

TEST_F(Budgets, ProducersPayMoreFromDayToDayAndMatchesKeepTheirShare) {
  FillFunded(1, 10, 1, 100, 10'000'000);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  const v1::Match early = Matches("rounds/r1").front();
  LeadToConfirmed(early, 10);
  market_.Advance(absl::Hours(24 * 11));
  market_.Put(ANeed(market_, "coop0", "later", 10));
  market_.CreateRound("r2");
  market_.Publish("rounds/r2");
  const v1::Match late = Matches("rounds/r2").front();
  EXPECT_EQ(late.subsidy().producer_share_basis_points(), 5'000);
  EXPECT_THAT(Drawn(), ElementsAre(4'000 + 2'500, 0));
  // Another schedule moves neither.
  v1::UpdateBudgetRequest update;
  *update.mutable_budget() = Budget();
  update.mutable_budget()->set_display_name("dosing");
  for (v1::ProducerShare& step : *update.mutable_budget()->mutable_producer_shares())
    step.set_share_basis_points(9'000);
  ASSERT_TRUE(
      market_.CallAs<v1::Budget>(kFunder, Scope::kOwnName, "ayni.v1.BudgetService/UpdateBudget", update)
          .ok());
  EXPECT_THAT(Drawn(), ElementsAre(6'500, 0));
  ASSERT_TRUE(Say(Tap(early), early.name(), SettleAs(100'000, 400'000)).ok());
  LeadToConfirmed(late, 10);
  ASSERT_TRUE(Say(Tap(late), late.name(), SettleAs(250'000, 250'000)).ok());
  EXPECT_THAT(Drawn(), ElementsAre(0, 6'500));
}

TEST_F(Budgets, GetBackWhatComesToNothing) {
  FillFunded(4, 10, 1, 100, 10'000'000);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  const std::vector<v1::Match> matches = Matches("rounds/r1");
  ASSERT_EQ(matches.size(), 4u);
  EXPECT_THAT(Drawn(), ElementsAre(16'000, 0));
  ASSERT_TRUE(Say(Tap(matches[0]), matches[0].name(), Decline()).ok());
  EXPECT_THAT(Drawn(), ElementsAre(12'000, 0));
  ASSERT_TRUE(Say(Administrator(), matches[1].name(), Cancel()).ok());
  EXPECT_THAT(Drawn(), ElementsAre(8'000, 0));
  ASSERT_TRUE(Undo("rounds/r1", "tried").ok());
  EXPECT_THAT(Drawn(), ElementsAre(0, 0));
  // What was declined is not proposed again.
  market_.CreateRound("r2");
  market_.Publish("rounds/r2");
  EXPECT_THAT(Drawn(), ElementsAre(12'000, 0));
  market_.Advance(absl::Hours(24 * 8));
  ASSERT_EQ(LapseMatches(market_.now(), &market_.rounds_store()).value_or(0), 3);
  EXPECT_THAT(Drawn(), ElementsAre(0, 0));
}

// Three needs of ten units each for 4,000 soles, and money for 24 units.
TEST_F(Budgets, PayInARoundForTheBestFirstAndForWhatIsLeft) {
  FillFunded(3, 10, 1, 100, 960'000);
  for (int at : {0, 1, 2}) {
    v1::Need need = ReadNeed(at);
    need.mutable_highest_unit_price()->set_minor_units(100'000 - at * 20'000);
    market_.Put(need);
  }
  market_.CreateRound("r1");
  const v1::Round round = market_.Publish("rounds/r1");
  std::map<std::string, int64_t> units;
  for (const v1::Match& match : Matches("rounds/r1")) units[match.cooperative()] += match.quantity();
  EXPECT_EQ(units, (std::map<std::string, int64_t>{
                       {"parties/coop0", 10}, {"parties/coop1", 10}, {"parties/coop2", 4}}));
  ASSERT_EQ(round.summary().left_out_size(), 1);
  EXPECT_EQ(round.summary().left_out(0).reason(), v1::LeftOut::REASON_BUDGET);
  EXPECT_EQ(round.summary().left_out(0).match_count(), 1);
  EXPECT_EQ(round.summary().left_out(0).quantity(), 6);
  EXPECT_THAT(Drawn(), ElementsAre(9'600, 0));
  EXPECT_THAT(ReasonsOf("cooperatives/coop2/needs/n", "rounds/r1", "taps/tap0/offers/o"),
              ElementsAre(v1::REASON_CODE_MATCHED, v1::REASON_CODE_BUDGET));
}

// Money for 15 of 30 units, and a need that changes while the round is cleared.
TEST_F(Budgets, AreTheReasonOfThoseMatchesThatTheyWereShortFor) {
  FillFunded(3, 10, 3, 10, 600'000);
  WhileCleared([this] {
    v1::Need need = ReadNeed(0);
    need.set_note("behind the chapel");
    market_.Put(need);
  });
  market_.CreateRound("r1");
  const v1::Round round = market_.Publish("rounds/r1");
  ASSERT_EQ(round.summary().left_out_size(), 2);
  std::map<std::string, std::multiset<v1::ReasonCode>> left_out;
  for (int need : {0, 1, 2}) {
    const std::string name = absl::StrCat("cooperatives/coop", need, "/needs/n");
    for (int tap : {0, 1, 2}) {
      for (const v1::ReasonCode code :
           ReasonsOf(name, "rounds/r1", absl::StrCat("taps/tap", tap, "/offers/o"))) {
        if (code == v1::REASON_CODE_SUPERSEDED || code == v1::REASON_CODE_BUDGET)
          left_out[need == 0 ? "changed" : "others"].insert(code);
      }
    }
  }
  EXPECT_THAT(left_out["changed"], ElementsAre(v1::REASON_CODE_SUPERSEDED));
  EXPECT_THAT(left_out["others"], ElementsAre(v1::REASON_CODE_BUDGET));
}

TEST_F(Budgets, LeaveAMatchOutOfWhichTheyPayNoSmallestLot) {
  FillFunded(3, 10, 1, 100, 960'000);
  v1::Offer offer = ReadOffer(0);
  offer.set_smallest_lot(5);
  market_.Put(offer);
  market_.CreateRound("r1");
  const v1::Round round = market_.Publish("rounds/r1");
  EXPECT_EQ(Matches("rounds/r1").size(), 2u);
  EXPECT_EQ(round.summary().left_out(0).quantity(), 10);
  EXPECT_THAT(Drawn(), ElementsAre(8'000, 0));
}

TEST_F(Budgets, ThatAreSpentLeaveNeedsToOtherOffers) {
  FillFunded(2, 10, 2, 100, 400'000);
  v1::Offer own_price = ReadOffer(1);
  own_price.mutable_fee_for_service();
  own_price.mutable_unit_price()->set_minor_units(90'000);
  market_.Put(own_price);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  EXPECT_EQ(UnitsByTap("rounds/r1"), (std::map<std::string, int64_t>{{"parties/tap0", 10}}));
  market_.CreateRound("r2");
  market_.Publish("rounds/r2");
  EXPECT_EQ(UnitsByTap("rounds/r2"), (std::map<std::string, int64_t>{{"parties/tap1", 10}}));
  const std::string need = Matches("rounds/r2").front().need();
  EXPECT_THAT(ReasonsOf(need, "rounds/r2", "taps/tap0/offers/o"), ElementsAre(v1::REASON_CODE_BUDGET));
}

TEST_F(Budgets, PayWhereAndWhenTheyAreForAndNowhereElse) {
  FillFunded(1, 10, 1, 100, 10'000'000);
  const auto candidates = [&] { return List("cooperatives/coop0/needs/n").candidates_size(); };
  EXPECT_EQ(candidates(), 1);
  const v1::Budget as_it_was = Budget();
  const std::function<void(v1::Budget*)> changes[] = {
      [&](v1::Budget* b) { b->add_territories("territories/d1"); },
      [&](v1::Budget* b) { b->add_services("services/other"); },
      [&](v1::Budget* b) { b->add_taps("parties/tap9"); },
      [&](v1::Budget* b) { *b->mutable_window()->mutable_end_date() = DayAfter(-1); },
      [&](v1::Budget* b) { *b->mutable_window()->mutable_start_date() = DayAfter(2); },
      [&](v1::Budget* b) { b->mutable_amount()->set_currency("BOB"); },
      [&](v1::Budget* b) { b->mutable_amount()->set_minor_units(39'999); }};
  for (const auto& change : changes) {
    v1::Budget budget = as_it_was;
    change(&budget);
    market_.Put(budget);
    EXPECT_EQ(candidates(), 0) << budget.ShortDebugString();
  }
  v1::Budget within = as_it_was;
  within.add_territories("territories/prov");
  within.add_services("services/s");
  within.add_taps("parties/tap0");
  within.mutable_amount()->set_minor_units(120'000);
  market_.Put(within);
  const v1::ListCandidatesResponse listed = List("cooperatives/coop0/needs/n");
  ASSERT_EQ(listed.candidates_size(), 1);
  EXPECT_EQ(listed.candidates(0).quantity(), 3) << "what the money is good for";
}

// One budget under two offers that a need takes of.
TEST_F(Budgets, AreSharedByTheMatchesThatAreMadeAtOnce) {
  FillFunded(1, 1, 3, 10, 480'000);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  EXPECT_THAT(Drawn(), ElementsAre(400, 0));
  Post("coop0", "urgent", 30);
  const auto made = MatchAtOnce("cooperatives/coop0/needs/urgent");
  ASSERT_TRUE(made.ok()) << made.status();
  int64_t units = 0;
  for (const v1::Match& match : made->matches()) units += match.quantity();
  EXPECT_EQ(units, 11);
  EXPECT_EQ(made->unmatched_quantity(), 19);
  EXPECT_THAT(Drawn(), ElementsAre(4'800, 0));
  const auto none = MatchAtOnce("cooperatives/coop0/needs/urgent");
  EXPECT_EQ(none.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(none.status().message(), HasSubstr("subsidised by budgets that don't pay for it"));
}

// What is drawn while a round is cleared is not there any more when it is published.
TEST_F(Budgets, AreReadAnewWhenARoundIsPublished) {
  FillFunded(2, 10, 1, 100, 800'000);
  WhileCleared([&] {
    v1::Budget budget = Budget();
    budget.mutable_amount()->set_minor_units(500'000);
    market_.Put(budget);
  });
  market_.CreateRound("r1");
  const v1::Round round = market_.Publish("rounds/r1");
  EXPECT_EQ(round.summary().matched_quantity(), 12);
  EXPECT_EQ(round.summary().left_out(0).reason(), v1::LeftOut::REASON_BUDGET);
  EXPECT_THAT(Drawn(), ElementsAre(4'800, 0));
}

TEST_F(Budgets, ShowAFunderTheMatchesThatItPaysFor) {
  FillFunded(1, 10, 2, 5, 10'000'000);
  v1::Offer own_price = ReadOffer(1);
  own_price.mutable_fee_for_service();
  market_.Put(own_price);
  v1::Need need = ReadNeed(0);
  need.set_note("behind the chapel");
  market_.Put(need);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  ASSERT_EQ(Matches("rounds/r1").size(), 2u);
  v1::ListMatchesRequest request;
  request.set_parent("rounds/-");
  const auto seen = market_.CallAs<v1::ListMatchesResponse>(kFunder, Scope::kOwnRecord,
                                                            "ayni.v1.MatchService/ListMatches", request);
  ASSERT_TRUE(seen.ok()) << seen.status();
  ASSERT_EQ(seen->matches_size(), 1);
  EXPECT_EQ(seen->matches(0).tap(), "parties/tap0");
  EXPECT_EQ(seen->matches(0).note(), "");
  EXPECT_EQ(seen->matches(0).score(), 0);
  const auto said = Say(kFunder, seen->matches(0).name(), v1::AcceptMatchRequest());
  EXPECT_EQ(said.status().code(), absl::StatusCode::kPermissionDenied);
}

// Threads that make, accept, end and settle matches, publish and undo rounds and change the amount, all on
// one budget, beside one that watches it.
class Race : public Budgets {
 protected:
  static constexpr int kCooperatives = 4;
  static constexpr int kOperations = 120;  // of each thread

  struct Counts {
    std::atomic<int64_t> done = 0;
    std::atomic<int64_t> refused = 0;
    std::atomic<int64_t> overtaken = 0;  // of these, after others changed what they saw again and again
  };

  void Count(const absl::Status& status) {
    ++(status.ok() ? counts_.done : counts_.refused);
    if (status.ok()) return;
    if (absl::IsAborted(status)) ++counts_.overtaken;
    EXPECT_THAT(status.code(),
                testing::AnyOf(absl::StatusCode::kFailedPrecondition, absl::StatusCode::kAborted,
                               absl::StatusCode::kUnavailable, absl::StatusCode::kResourceExhausted,
                               absl::StatusCode::kInvalidArgument, absl::StatusCode::kNotFound))
        << status;
  }

  void MakeMatches(int thread) {
    for (int at = 0; at < kOperations; ++at) {
      const std::string cooperative = absl::StrCat("coop", at % kCooperatives);
      const std::string id = absl::StrCat("u", thread, "-", at);
      Post(cooperative, id, 1 + at % 4);
      Count(MatchAtOnce(absl::StrCat("cooperatives/", cooperative, "/needs/", id)).status());
    }
  }

  void SpeakOfMatches(int thread) {
    std::mt19937_64 random(thread);
    for (int at = 0; at < kOperations;) {
      const std::vector<v1::Match> matches = market_.ReadAll<v1::Match>("rounds/");
      if (matches.empty()) continue;
      const v1::Match& match = matches[random() % matches.size()];
      Count(SpeakOf(match, static_cast<int>(random() % 8)));
      ++at;
    }
  }

  absl::Status SpeakOf(const v1::Match& match, int word) {
    const std::string& name = match.name();
    const int64_t price = match.unit_price().minor_units();
    const int64_t units = match.confirmation().quantity();
    const int32_t share = match.subsidy().producer_share_basis_points();
    switch (word) {
      case 0:
        return Say(Tap(match), name, Decline()).status();
      case 1:
        return Say(Administrator(), name, Cancel()).status();
      case 2:
        return Say(Tap(match), name, Deliver(1 + match.quantity() / 2)).status();
      case 3:
        return Say(Cooperative(match), name, Confirm()).status();
      case 4:
        return Say(Tap(match), name,
                   SettleAs(ProducersPart(price, units, share), FundersPart(price, units, share)))
            .status();
      case 5:
        return Say(Cooperative(match), name, v1::AcceptMatchRequest()).status();
      default:
        return Say(Tap(match), name, v1::AcceptMatchRequest()).status();
    }
  }

  void PublishAndUndo() {
    for (int at = 0; at < kOperations / 10; ++at) {
      for (int coop = 0; coop < kCooperatives; ++coop)
        market_.Put(ANeed(market_, absl::StrCat("coop", coop), absl::StrCat("r", at), 5));
      const std::string name = market_.CreateRound(absl::StrCat("r", at)).name();
      const auto begun = market_.StartPublish(name);
      Count(begun.status());
      if (begun.ok()) market_.Await(begun->name());
      if (at % 3 == 1) Count(Undo(name, "tried").status());
    }
  }

  void ChangeAmount() {
    for (int at = 0; at < kOperations; ++at) {
      v1::UpdateBudgetRequest request;
      request.mutable_budget()->set_name(kBudget);
      request.mutable_budget()->mutable_amount()->set_currency("PEN");
      request.mutable_budget()->mutable_amount()->set_minor_units((2 + at % 5) * 400'000);
      request.mutable_update_mask()->add_paths("amount");
      Count(
          market_.CallAs<v1::Budget>(kFunder, Scope::kOwnName, "ayni.v1.BudgetService/UpdateBudget", request)
              .status());
    }
  }

  void ExpectNotOverdrawn() {
    const v1::Budget budget = Budget();
    EXPECT_LE(budget.reserved().minor_units() + budget.paid().minor_units(), budget.amount().minor_units());
    EXPECT_GE(budget.reserved().minor_units(), 0);
    ++looks_;
  }

  Counts counts_;
  int64_t looks_ = 0;
};

TEST_F(Race, NeverOverdrawsABudget) {
  FillFunded(kCooperatives, 5, 4, 100'000, 2'000'000);
  market_.CreateRound("first");
  market_.Publish("rounds/first");
  market_.AwaitLive();
  std::atomic<bool> over = false;
  std::thread watch([&] {
    while (!over) ExpectNotOverdrawn();
  });
  std::vector<std::thread> threads;
  for (int at = 0; at < 2; ++at) threads.emplace_back([this, at] { MakeMatches(at); });
  for (int at = 0; at < 4; ++at) threads.emplace_back([this, at] { SpeakOfMatches(at); });
  threads.emplace_back([this] { PublishAndUndo(); });
  threads.emplace_back([this] { ChangeAmount(); });
  for (std::thread& thread : threads) thread.join();
  over = true;
  watch.join();
  ExpectNotOverdrawn();
  int64_t reserved = 0;
  int64_t paid = 0;
  int64_t settled = 0;
  const std::vector<v1::Match> matches = market_.ReadAll<v1::Match>("rounds/");
  for (const v1::Match& match : matches) {
    const bool ended = match.has_ending() || match.state() == v1::Match::STATE_UNDONE;
    const int64_t units = match.has_confirmation() ? match.confirmation().quantity() : match.quantity();
    const int64_t drawn =
        FundersPart(match.unit_price().minor_units(), units, match.subsidy().producer_share_basis_points());
    if (match.state() == v1::Match::STATE_SETTLED) {
      paid += drawn;
      ++settled;
    } else if (!ended) {
      reserved += drawn;
    }
  }
  EXPECT_EQ(Budget().reserved().minor_units(), reserved);
  EXPECT_EQ(Budget().paid().minor_units(), paid);
  std::cout << threads.size() << " threads, " << counts_.done << " operations done, " << counts_.refused
            << " refused (" << counts_.overtaken << " overtaken), " << matches.size() << " matches, "
            << settled << " settled, " << looks_ << " looks" << std::endl;
  EXPECT_GT(counts_.done, static_cast<int64_t>(threads.size()));
  EXPECT_GT(counts_.refused, 0);
}

}  // namespace
}  // namespace ayni::services
