// Everything that can happen to a match, in random order and in the middle of each other, beside a plain
// model of it: accepts, declines, cancels, deliveries, disputes, lapses, rounds, undone rounds and urgent
// matches, half of them subsidised out of one budget, whose funder changes the amount. Before a change is
// committed another one steps in; between a round's snapshot and its publication many do. Then every unit and
// every céntimo must be where the model has it, no capacity, cap or budget exceeded, and each answer what the
// model says.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "ayni/v1/budget_service.pb.h"
#include "ayni/v1/need_service.pb.h"
#include "services/match/lapses.h"
#include "tests/services/match/spent_budget.h"
#include "tests/services/match/spoken_market.h"

namespace ayni::services {
namespace {

using State = v1::Match::State;

constexpr int kNeeds = 5;
constexpr int kTaps = 4;
constexpr int64_t kTapCapacity = 60;
constexpr int kShareBasisPoints = 4'000;
constexpr char kBudget[] = "funders/fund/budgets/b";
// What producers pay from a day on, counted from the first.
constexpr std::pair<int, int> kProducerShares[] = {{0, 1'000}, {1, 3'333}, {3, 8'000}};

// What is known of one match without looking at its record.
struct Modelled {
  State state = v1::Match::STATE_PROPOSED;
  bool cooperative_yes = false;
  bool tap_yes = false;
  bool was_decided = false;
  int64_t quantity = 0;
  int64_t delivered = 0;
  bool is_confirmed = false;  // then only what was delivered, or decided, counts
  absl::Time answer_by;
  int64_t unit_price = 0;
  bool is_subsidised = false;
  int producer_share = 0;

  int64_t held() const {
    switch (state) {
      case v1::Match::STATE_DECLINED:
      case v1::Match::STATE_LAPSED:
      case v1::Match::STATE_CANCELLED:
      case v1::Match::STATE_UNDONE:
        return 0;
      default:
        return is_confirmed ? delivered : quantity;
    }
  }
  int64_t funded() const { return is_subsidised ? FundersPart(unit_price, held(), producer_share) : 0; }
};

enum class Verb {
  kAcceptByCooperative,
  kAcceptByTap,
  kDeclineByCooperative,
  kDeclineByTap,
  kStart,
  kDeliver,
  kConfirm,
  kSettle,
  kCancelByCooperative,
  kCancelByTap,
  kCancelByAdministrator,
  kDispute,
  kDecide,
  kVerbs
};

class Interleavings : public SpokenMarket {
 protected:
  void Begin(uint64_t seed) {
    random_.seed(seed);
    Fill(kNeeds, 20, kTaps, 50);
    v1::Policy policy = APolicy();
    v1::Limit* limit = policy.add_limits();
    limit->set_id("tap-province");
    limit->set_controller_level(v1::CONTROLLER_LEVEL_TAP);
    limit->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
    limit->set_share_basis_points(kShareBasisPoints);
    limit->set_basis(v1::LIMIT_BASIS_DEMAND);
    limit->set_window_days(30);
    policy.mutable_match_terms()->set_answer_hours(2);
    policy.mutable_match_terms()->set_critical_answer_hours(1);
    market_.Put(policy);
    for (int at = 0; at < kTaps; ++at) {
      v1::Party tap = ATap(absl::StrCat("tap", at));
      tap.mutable_tap()->set_capacity(kTapCapacity);
      market_.Put(tap);
      v1::Offer offer = ReadOffer(at);
      offer.set_smallest_lot(1 + at);
      offer.mutable_unit_price()->set_minor_units(50'000 + at);
      if (at < kTaps / 2) {
        offer.mutable_subsidised()->set_funder("parties/fund");
        offer.mutable_subsidised()->set_budget(kBudget);
      }
      market_.Put(offer);
    }
    PutBudget();
    market_.rounds_store().before_commit = [this](const storage::Change& change) { StepIn(change); };
  }

  void PutBudget() {
    first_day_ = Today();
    market_.Put(AFund());
    v1::Budget budget;
    budget.set_name(kBudget);
    budget.set_display_name("b");
    budget.mutable_amount()->set_currency("PEN");
    budget.mutable_amount()->set_minor_units(1'500'000);
    *budget.mutable_window()->mutable_start_date() = DateOf(first_day_);
    *budget.mutable_window()->mutable_end_date() = DateOf(first_day_ + 365);
    for (const auto& [days, share] : kProducerShares) {
      v1::ProducerShare* step = budget.add_producer_shares();
      *step->mutable_start_date() = DateOf(first_day_ + days);
      step->set_share_basis_points(share);
    }
    market_.Put(budget);
  }

  // As a market of all time zones has it.
  absl::CivilDay Today() const {
    return absl::ToCivilDay(market_.now() - absl::Hours(12), absl::UTCTimeZone());
  }
  static google::type::Date DateOf(absl::CivilDay day) {
    google::type::Date date;
    date.set_year(static_cast<int32_t>(day.year()));
    date.set_month(day.month());
    date.set_day(day.day());
    return date;
  }
  int ProducerShareOn(absl::CivilDay day) const {
    int share_of_day = 0;
    for (const auto& [days, share] : kProducerShares) {
      if (day - first_day_ >= days) share_of_day = share;
    }
    return share_of_day;
  }

  int64_t Funded() const {
    int64_t funded = 0;
    for (const auto& [name, match] : model_) funded += match.funded();
    return funded;
  }

  // The funder gives more, or takes back what nothing was drawn of.
  void ChangeAmount() {
    v1::UpdateBudgetRequest request;
    request.mutable_budget()->set_name(kBudget);
    request.mutable_budget()->mutable_amount()->set_currency("PEN");
    const int64_t amount = 100'000 * (1 + Pick(30));
    request.mutable_budget()->mutable_amount()->set_minor_units(amount);
    request.mutable_update_mask()->add_paths("amount");
    const Caller funder = {"principals/fund", v1::ROLE_FUNDER, "parties/fund"};
    const auto changed =
        market_.CallAs<v1::Budget>(funder, Scope::kOwnName, "ayni.v1.BudgetService/UpdateBudget", request);
    EXPECT_EQ(changed.ok(), amount >= Funded()) << changed.status();
    changed.ok() ? ++changes_ : ++refused_amounts_;
  }

  int Pick(int count) { return static_cast<int>(random_() % static_cast<uint64_t>(count)); }

  // One step of any kind, with another in the middle of it half of the time.
  void Step() {
    may_step_in_ = Pick(2) == 0;
    const int kind = Pick(20);
    if (kind == 0) {
      Round();
    } else if (kind == 1) {
      UndoSome();
    } else if (kind <= 4) {
      MatchSome();
    } else {
      SmallStep();
    }
    may_step_in_ = false;
    ++steps_;
  }

  // What of steps can also happen in the middle of others.
  void SmallStep() {
    switch (Pick(9)) {
      case 8:
        ChangeAmount();
        break;
      case 0:
        market_.Advance(absl::Minutes(Pick(90)));
        LapseSome();
        break;
      case 1:
        PostSome();
        break;
      default:
        SpeakOfSome();
    }
  }

  void StepIn(const storage::Change&) {
    if (!std::exchange(may_step_in_, false)) return;
    ++interleavings_;
    SmallStep();
  }

  void PostSome() {
    v1::Need need =
        ANeed(market_, absl::StrCat("coop", Pick(kNeeds)), absl::StrCat("n", ++needs_), 1 + Pick(15));
    if (Pick(2) == 0) need.set_urgency(v1::URGENCY_CRITICAL);
    market_.Put(need);
  }

  void LapseSome() {
    const absl::Time now = market_.now();
    ASSERT_TRUE(LapseMatches(now, &market_.rounds_store()).ok());
    for (auto& [name, match] : model_) {
      if (match.state == v1::Match::STATE_PROPOSED && match.answer_by < now)
        match.state = v1::Match::STATE_LAPSED;
    }
  }

  void SpeakOfSome() {
    if (model_.empty()) return;
    const std::string name = ChooseMatch();
    const Verb verb = ChooseVerb(model_.at(name));
    const int64_t part = 1 + Pick(static_cast<int>(model_.at(name).quantity));
    const v1::Match record = market_.Read<v1::Match>(name);
    const absl::Status said = Speak(verb, record, part);
    // What stepped in came first.
    Modelled& match = model_.at(name);
    const bool is_allowed = Allow(verb, part, &match);
    EXPECT_EQ(said.ok(), is_allowed) << static_cast<int>(verb) << " of " << name << " as "
                                     << v1::Match::State_Name(match.state) << ": " << said;
    if (said.ok()) ++changes_;
  }

  // Mostly one of which something can still become.
  std::string ChooseMatch() {
    std::vector<std::string> names, live;
    for (const auto& [name, match] : model_) {
      names.push_back(name);
      if (match.held() > 0 && match.state != v1::Match::STATE_SETTLED) live.push_back(name);
    }
    const std::vector<std::string>& from = live.empty() || Pick(8) == 0 ? names : live;
    return from[Pick(static_cast<int>(from.size()))];
  }

  // Mostly a word that can be said, and endings seldom, or matches would not come far.
  Verb ChooseVerb(const Modelled& match) {
    for (int tries = 0; tries < 6; ++tries) {
      const Verb verb = static_cast<Verb>(Pick(static_cast<int>(Verb::kVerbs)));
      const bool ends = verb == Verb::kDeclineByCooperative || verb == Verb::kDeclineByTap ||
                        verb == Verb::kCancelByCooperative || verb == Verb::kCancelByTap ||
                        verb == Verb::kCancelByAdministrator;
      Modelled would = match;
      if ((!ends || Pick(3) == 0) && Allow(verb, 1, &would)) return verb;
    }
    return static_cast<Verb>(Pick(static_cast<int>(Verb::kVerbs)));
  }

  absl::Status Speak(Verb verb, const v1::Match& record, int64_t part) {
    const std::string& name = record.name();
    switch (verb) {
      case Verb::kAcceptByCooperative:
        return Say(Cooperative(record), name, v1::AcceptMatchRequest()).status();
      case Verb::kAcceptByTap:
        return Say(Tap(record), name, v1::AcceptMatchRequest()).status();
      case Verb::kDeclineByCooperative:
        return Say(Cooperative(record), name, Decline()).status();
      case Verb::kDeclineByTap:
        return Say(Tap(record), name, Decline()).status();
      case Verb::kStart:
        return Say(Tap(record), name, v1::StartMatchRequest()).status();
      case Verb::kDeliver:
        return Say(Tap(record), name, Deliver(part)).status();
      case Verb::kConfirm:
        return Say(Cooperative(record), name, Confirm()).status();
      case Verb::kSettle:
        return Say(Tap(record), name, SettleAsDue(record)).status();
      case Verb::kCancelByCooperative:
        return Say(Cooperative(record), name, Cancel()).status();
      case Verb::kCancelByTap:
        return Say(Tap(record), name, Cancel()).status();
      case Verb::kCancelByAdministrator:
        return Say(Administrator(), name, Cancel()).status();
      case Verb::kDispute:
        return Say(Cooperative(record), name, Dispute()).status();
      default:
        return Say(Administrator(), name, Decide(v1::Dispute::OUTCOME_DELIVERED)).status();
    }
  }

  v1::SettleMatchRequest SettleAsDue(const v1::Match& record) const {
    const int64_t units = record.confirmation().quantity();
    v1::SettleMatchRequest settle = Settle(record, units);
    const Modelled& match = model_.at(record.name());
    if (!match.is_subsidised) return settle;
    v1::Payment* funder = settle.add_payments();
    *funder = settle.payments(0);
    funder->set_payer(v1::PAYER_FUNDER);
    funder->mutable_amount()->set_minor_units(FundersPart(match.unit_price, units, match.producer_share));
    settle.mutable_payments(0)->mutable_amount()->set_minor_units(
        ProducersPart(match.unit_price, units, match.producer_share));
    return settle;
  }

  // Whether the model's match takes that word, which it then does.
  bool Allow(Verb verb, int64_t part, Modelled* match) const {
    const State state = match->state;
    const bool is_accepted = state == v1::Match::STATE_ACCEPTED || state == v1::Match::STATE_IN_SERVICE;
    switch (verb) {
      case Verb::kAcceptByCooperative:
      case Verb::kAcceptByTap:
        return AllowYes(verb == Verb::kAcceptByCooperative ? &match->cooperative_yes : &match->tap_yes,
                        match);
      case Verb::kDeclineByCooperative:
      case Verb::kDeclineByTap:
        return Move(state == v1::Match::STATE_PROPOSED, v1::Match::STATE_DECLINED, match);
      case Verb::kStart:
        return Move(is_accepted, v1::Match::STATE_IN_SERVICE, match);
      case Verb::kDeliver:
        if (is_accepted || state == v1::Match::STATE_DELIVERED) match->delivered = part;
        return Move(is_accepted || state == v1::Match::STATE_DELIVERED, v1::Match::STATE_DELIVERED, match);
      case Verb::kConfirm:
        if (state == v1::Match::STATE_DELIVERED) match->is_confirmed = true;
        return Move(state == v1::Match::STATE_DELIVERED, v1::Match::STATE_CONFIRMED, match);
      case Verb::kSettle:
        return Move(state == v1::Match::STATE_CONFIRMED, v1::Match::STATE_SETTLED, match);
      case Verb::kCancelByCooperative:
      case Verb::kCancelByTap:
        return Move(is_accepted, v1::Match::STATE_CANCELLED, match);
      case Verb::kCancelByAdministrator:
        return Move(is_accepted || state == v1::Match::STATE_PROPOSED, v1::Match::STATE_CANCELLED, match);
      case Verb::kDispute:
        return Move(!match->was_decided &&
                        (state == v1::Match::STATE_IN_SERVICE || state == v1::Match::STATE_DELIVERED ||
                         state == v1::Match::STATE_CONFIRMED),
                    v1::Match::STATE_DISPUTED, match);
      default:
        if (state != v1::Match::STATE_DISPUTED) return false;
        if (match->delivered == 0) match->delivered = match->quantity;
        match->is_confirmed = match->was_decided = true;
        return Move(true, v1::Match::STATE_CONFIRMED, match);
    }
  }

  bool AllowYes(bool* yes, Modelled* match) const {
    if (*yes && (match->state == v1::Match::STATE_PROPOSED || match->state == v1::Match::STATE_ACCEPTED))
      return true;
    if (match->state != v1::Match::STATE_PROPOSED || match->answer_by < market_.now()) return false;
    *yes = true;
    if (match->cooperative_yes && match->tap_yes) match->state = v1::Match::STATE_ACCEPTED;
    return true;
  }

  static bool Move(bool is_allowed, State to, Modelled* match) {
    if (is_allowed) match->state = to;
    return is_allowed;
  }

  void MatchSome() {
    std::vector<v1::Need> urgent;
    for (v1::Need& need : market_.ReadAll<v1::Need>()) {
      if (need.urgency() == v1::URGENCY_CRITICAL && need.matched_quantity() < need.quantity())
        urgent.push_back(std::move(need));
    }
    if (urgent.empty()) return PostSome();
    v1::MatchNowRequest request;
    request.set_name(urgent[Pick(static_cast<int>(urgent.size()))].name());
    const std::map<std::string, Modelled> before = model_;
    const absl::CivilDay today = Today();
    const auto made = market_.Call<v1::MatchNowResponse>("ayni.v1.NeedService/MatchNow", request);
    if (!made.ok()) {
      EXPECT_THAT(made.status().code(),
                  testing::AnyOf(absl::StatusCode::kFailedPrecondition, absl::StatusCode::kUnavailable))
          << made.status();
      if (absl::StrContains(made.status().message(), "budgets that don't pay")) ++unpaid_;
      return;
    }
    for (const v1::Match& match : made->matches()) AddToModel(match, today);
    ++changes_;
    ExpectWithinCap(made->matches(), before);
  }

  // Steps are taken while the round waits: after its snapshot, and once more before it is published.
  void Round() {
    market_.Advance(absl::Minutes(1));
    const std::string name = market_.CreateRound(absl::StrCat("r", ++rounds_)).name();
    auto step_in = std::exchange(market_.rounds_store().before_commit, nullptr);
    may_step_in_ = false;
    std::atomic<bool> reached = false, let_go = false;
    // Before the market is kept, or before the publication, with the gate open or closed.
    std::atomic<int> passes = Pick(4);
    market_.rounds_store().before_commit = [&, own = std::this_thread::get_id()](const storage::Change&) {
      if (std::this_thread::get_id() == own || reached || passes-- > 0) return;
      reached = true;
      while (!let_go) absl::SleepFor(absl::Microseconds(50));
    };
    const absl::CivilDay today = Today();
    const auto begun = market_.StartPublish(name);
    ASSERT_TRUE(begun.ok()) << begun.status();
    const auto done = [&] {
      google::longrunning::GetOperationRequest request;
      request.set_name(begun->name());
      const auto operation =
          market_.Call<google::longrunning::Operation>("google.longrunning.Operations/GetOperation", request);
      return !operation.ok() || operation->done();
    };
    while (!reached && !done()) absl::SleepFor(absl::Microseconds(50));
    for (int steps = Pick(6); steps > 0 && reached; --steps) {
      Pick(3) == 0 ? MatchSome() : SmallStep();
      ++interleavings_;
    }
    let_go = true;
    const google::longrunning::Operation operation = market_.Await(begun->name());
    market_.rounds_store().before_commit = std::move(step_in);
    if (operation.has_error()) return;  // nothing could be matched
    google::protobuf::RepeatedPtrField<v1::Match> made;
    const v1::Round published = market_.Read<v1::Round>(name);
    for (const v1::LeftOut& left_out : published.summary().left_out())
      unpaid_ += left_out.reason() == v1::LeftOut::REASON_BUDGET ? left_out.match_count() : 0;
    for (const v1::Match& match : Matches(name)) {
      AddToModel(match, today);
      *made.Add() = match;
    }
    published_.push_back(name);
    ++changes_;
    ExpectWithinCap(made, {});
  }

  void UndoSome() {
    if (published_.empty()) return;
    const std::string name = published_[Pick(static_cast<int>(published_.size()))];
    const auto undone = Undo(name, "tried");
    const auto is_of_it = [&](const auto& entry) { return entry.first.rfind(name + "/", 0) == 0; };
    const bool was_accepted = std::any_of(model_.begin(), model_.end(), [&](const auto& entry) {
      return is_of_it(entry) && entry.second.cooperative_yes && entry.second.tap_yes;
    });
    EXPECT_EQ(undone.ok(), !was_accepted) << undone.status();
    if (!undone.ok()) return;
    published_.erase(std::find(published_.begin(), published_.end(), name));
    for (auto& entry : model_) {
      if (is_of_it(entry) && entry.second.held() > 0) entry.second.state = v1::Match::STATE_UNDONE;
    }
    ++changes_;
  }

  // Proposed, or cleared, on that day.
  void AddToModel(const v1::Match& match, absl::CivilDay day) {
    Modelled& modelled = model_[match.name()];
    modelled.quantity = match.quantity();
    modelled.answer_by = absl::FromUnixSeconds(match.answer_by_time().seconds()) +
                         absl::Nanoseconds(match.answer_by_time().nanos());
    modelled.unit_price = match.unit_price().minor_units();
    const v1::Offer offer = market_.Read<v1::Offer>(match.offer());
    modelled.is_subsidised = offer.has_subsidised();
    modelled.producer_share = ProducerShareOn(day);
    EXPECT_EQ(match.has_subsidy(), modelled.is_subsidised) << match.name();
    if (match.has_subsidy()) {
      EXPECT_EQ(match.subsidy().producer_share_basis_points(), modelled.producer_share) << match.name();
    }
    EXPECT_GE(match.quantity(), offer.smallest_lot());
  }

  // None who was just given units stands above the share of the last round's volume and of what was matched
  // since for needs that it did not know. What ended in the middle of the giving may count as if it had ended
  // after it.
  void ExpectWithinCap(const google::protobuf::RepeatedPtrField<v1::Match>& made,
                       const std::map<std::string, Modelled>& before) {
    if (published_.empty() || made.empty()) return;
    const std::string& last = published_.back();
    int64_t volume = 0;
    for (const v1::SegmentReport& report : market_.ReadAll<v1::SegmentReport>(last + "/segmentReports/"))
      volume += report.volume();
    std::map<std::string, int64_t> held;
    for (const auto& [name, match] : model_) {
      const v1::Match record = market_.Read<v1::Match>(name);
      held[record.tap()] += match.held();
      if (name.rfind(last + "/", 0) == 0 && record.beyond_round()) {
        const auto stood = before.find(name);
        volume += std::max(match.held(), stood == before.end() ? 0 : stood->second.held());
      }
    }
    const int64_t cap = std::max<int64_t>(1, (volume * kShareBasisPoints + 9'999) / 10'000);
    for (const v1::Match& match : made) EXPECT_LE(held[match.tap()], cap) << match.tap() << " of " << volume;
  }

  void ExpectAsModelled() {
    std::map<std::string, int64_t> of_need, of_offer, of_tap_in_round;
    for (const auto& [name, match] : model_) {
      const v1::Match record = market_.Read<v1::Match>(name);
      EXPECT_EQ(record.state(), match.state) << name;
      of_need[record.need()] += match.held();
      of_offer[record.offer()] += match.held();
      of_tap_in_round[name.substr(0, name.find("/matches/")) + " " + record.tap()] += match.held();
    }
    EXPECT_EQ(market_.ReadAll<v1::Match>().size(), model_.size());
    for (const v1::Need& need : market_.ReadAll<v1::Need>()) {
      EXPECT_EQ(need.matched_quantity(), of_need[need.name()]) << need.name();
      EXPECT_LE(need.matched_quantity(), need.quantity());
      EXPECT_EQ(need.state() == v1::Need::STATE_MATCHED, need.matched_quantity() == need.quantity());
    }
    for (const v1::Offer& offer : market_.ReadAll<v1::Offer>()) {
      EXPECT_EQ(offer.booked_quantity(), of_offer[offer.name()]) << offer.name();
      EXPECT_LE(offer.booked_quantity(), offer.capacity());
    }
    for (const auto& [round_and_tap, units] : of_tap_in_round)
      EXPECT_LE(units, kTapCapacity) << round_and_tap;
    ExpectBudgetAsModelled();
  }

  void ExpectBudgetAsModelled() {
    int64_t paid = 0;
    for (const auto& [name, match] : model_)
      paid += match.state == v1::Match::STATE_SETTLED ? match.funded() : 0;
    const v1::Budget budget = market_.Read<v1::Budget>(kBudget);
    EXPECT_EQ(budget.paid().minor_units(), paid);
    EXPECT_EQ(budget.reserved().minor_units(), Funded() - paid);
    EXPECT_LE(Funded(), budget.amount().minor_units());
  }

  std::mt19937_64 random_;
  std::map<std::string, Modelled> model_;
  std::vector<std::string> published_;  // and not undone, the last one last
  bool may_step_in_ = false;
  int needs_ = 0;
  int rounds_ = 0;
  int64_t steps_ = 0;
  int64_t interleavings_ = 0;
  int64_t changes_ = 0;
  absl::CivilDay first_day_;
  int64_t unpaid_ = 0;           // matches that the budget left no money for
  int64_t refused_amounts_ = 0;  // amounts below what was drawn
};

class Seeds : public Interleavings, public testing::WithParamInterface<int> {};

TEST_P(Seeds, KeepEveryUnitWhereAPlainModelHasIt) {
  Begin(GetParam());
  Round();
  for (int step = 0; step < 250 && !HasFailure(); ++step) {
    Step();
    ExpectAsModelled();
  }
  RecordProperty("steps", static_cast<int>(steps_));
  std::cout << steps_ << " steps, " << interleavings_ << " in the middle of others, " << changes_
            << " changes, " << rounds_ << " rounds, " << model_.size() << " matches, " << unpaid_
            << " that no money was left for, " << refused_amounts_ << " amounts refused" << std::endl;
  EXPECT_GT(interleavings_, 50);
  EXPECT_GT(changes_, 80);
}

// AYNI_SEEDS sets how many, for a longer soak.
int SeedCount() {
  const char* seeds = std::getenv("AYNI_SEEDS");
  return seeds == nullptr ? 24 : std::max(1, std::atoi(seeds));
}

INSTANTIATE_TEST_SUITE_P(Interleavings, Seeds, testing::Range(1, 1 + SeedCount()));

}  // namespace
}  // namespace ayni::services
