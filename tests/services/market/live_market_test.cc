#include "services/market/live_market.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "matcher/candidate.h"
#include "services/market/engine_day.h"
#include "services/market/load.h"
#include "services/market/policy.h"
#include "tests/services/stored_market.h"

namespace ayni::services {
namespace {

using Random = std::mt19937_64;

int Between(Random* random, int low, int high) {
  return low + static_cast<int>((*random)() % static_cast<uint64_t>(high - low + 1));
}

// By which all that is learnt and held about a TAP counts, and tap0's free offers come first.
v1::Policy APolicyThatLearns() {
  v1::Policy policy = APolicy();
  policy.mutable_score_weights()->set_fit(0);
  policy.mutable_score_weights()->set_training(100);
  policy.mutable_score_weights()->set_origin(100);
  policy.mutable_expected_success()->set_prior_strength(4);
  policy.mutable_expected_success()->set_survival_years_max(3);
  policy.set_long_contract_days(20);
  v1::PublicRole* role = policy.add_public_roles();
  role->set_id("campaign");
  role->set_tap("parties/tap0");
  role->add_territories("territories/d0");
  role->add_services("services/s");
  return policy;
}

// Everything that a market says of its needs, by name, best first.
std::vector<std::string> Described(const NamedMarket& market, const std::vector<v1::Need>& needs,
                                   matcher::Day today) {
  std::vector<std::string> lines = {
      absl::StrCat("needs ", market.need_count(), " offers ", market.offer_count())};
  const matcher::ScoreRule rule = ScoreRuleIn(market, APolicyThatLearns());
  for (const v1::Need& need : needs) {
    std::vector<std::tuple<int32_t, std::string, int64_t, int64_t>> found;
    NeedColumns columns;
    const matcher::Need& asked = market.ToColumns(need, &columns);
    for (const matcher::Candidate& candidate :
         matcher::CandidatesOf(market.market(), market.index(), asked, rule, today)) {
      found.emplace_back(-candidate.score, market.NameOf(candidate.offer), candidate.bound, candidate.price);
    }
    std::sort(found.begin(), found.end());
    for (const auto& [score, offer, bound, price] : found) {
      lines.push_back(absl::StrFormat("%s %d %s %d %d", need.name(), -score, offer, bound, price));
    }
    const matcher::NeedIndex index = market.FindNeed(need.name());
    lines.push_back(absl::StrCat(need.name(), " row ", index.present()));
    if (!index.present()) continue;
    const matcher::Need row = market.market().need(index);
    EXPECT_EQ(row.joint_quantity, asked.joint_quantity) << need.name();
    EXPECT_TRUE(row.agreed == asked.agreed) << need.name();
    lines.back() += absl::StrCat(" joint ", row.joint_quantity, " agreed ", row.agreed.binds, " ",
                                 row.agreed.tap.present() ? market.NameOf(row.agreed.tap) : "nobody", " ",
                                 row.agreed.price);
  }
  return lines;
}

class ChangingMarket : public testing::Test {
 protected:
  void SetUp() override {
    LayTerritory(&market_);
    market_.Put(ACooperative("coop"));
    for (int tap = 0; tap < kTaps; ++tap) market_.Put(ATap(absl::StrCat("tap", tap)));
  }

  v1::Need RandomNeed(int id) {
    v1::Need need = ANeed(market_, "coop", absl::StrCat("n", id), Between(&random_, 1, 20));
    need.set_district(absl::StrCat("territories/d", Between(&random_, 0, 1)));
    need.set_matched_quantity(Between(&random_, 0, 3) == 0 ? need.quantity() : 0);
    if (Between(&random_, 0, 2) == 0) need.add_required_credentials("scheme");
    need.mutable_wishes()->set_woman_tap(Between(&random_, 0, 1) == 0);
    // Whatever the rules say: to itself, to one that is joined itself, or to none.
    if (Between(&random_, 0, 1) == 0)
      need.set_joined_to(absl::StrCat("cooperatives/coop/needs/n", Between(&random_, 0, kIds - 1)));
    if (Between(&random_, 0, 3) == 0)
      need.set_agreement(absl::StrCat("agreements/a", Between(&random_, 0, 2)));
    return need;
  }
  v1::Agreement RandomAgreement(int id) {
    v1::Agreement agreement;
    agreement.set_name(absl::StrCat("agreements/a", id % 3));
    agreement.set_cooperative("parties/coop");
    agreement.set_tap(absl::StrCat("parties/tap", Between(&random_, 0, kTaps - 1)));
    agreement.mutable_unit_price()->set_currency("PEN");
    agreement.mutable_unit_price()->set_minor_units(Between(&random_, 1, 120'000));
    *agreement.mutable_window() = ANeed(market_, "coop", "n", 1).window();
    agreement.set_state(static_cast<v1::Agreement::State>(Between(&random_, 1, 3)));
    if (agreement.state() == v1::Agreement::STATE_ENDED && Between(&random_, 0, 1) == 0)
      *agreement.mutable_last_date() = DateOf(DayOf(market_.now()) + Between(&random_, 0, 60));
    return agreement;
  }
  v1::Offer RandomOffer(int id) {
    v1::Offer offer =
        AnOffer(market_, absl::StrCat("tap", id % kTaps), absl::StrCat("o", id), Between(&random_, 1, 20));
    offer.set_booked_quantity(Between(&random_, 0, 4) == 0 ? offer.capacity() : 0);
    if (Between(&random_, 0, 1) == 0) {
      offer.mutable_coverage()->clear_territories();
      offer.mutable_coverage()->mutable_position()->set_latitude(-14);
      offer.mutable_coverage()->mutable_position()->set_longitude(-71.0 - 0.01 * Between(&random_, 0, 12));
      offer.mutable_coverage()->set_radius_m(Between(&random_, 1, 12'000));
    }
    offer.mutable_unit_price()->set_minor_units(Between(&random_, 1, 120'000));
    if (Between(&random_, 0, 1) == 0) {
      v1::PriceStep* step = offer.add_price_steps();
      step->set_least_quantity(Between(&random_, 2, 60));
      step->mutable_unit_price()->set_currency("PEN");
      step->mutable_unit_price()->set_minor_units((offer.unit_price().minor_units() + 1) / 2);
    }
    if (Between(&random_, 0, 2) == 0) {
      offer.mutable_subsidised()->set_funder("parties/coop");
      offer.mutable_subsidised()->set_producer_share_basis_points(5'000 * Between(&random_, 0, 1));
      if (Between(&random_, 0, 1) == 0) offer.mutable_subsidised()->set_budget(kBudget);
    }
    return offer;
  }
  void ChangeBudget() {
    if (Between(&random_, 0, 3) == 0) return market_.Delete<v1::Budget>(kBudget);
    v1::Budget budget;
    budget.set_name(kBudget);
    *budget.mutable_window() = ANeed(market_, "coop", "n", 1).window();
    *budget.mutable_window()->mutable_start_date() = DateOf(DayOf(market_.now()) - 1);
    v1::ProducerShare* share = budget.add_producer_shares();
    *share->mutable_start_date() = budget.window().start_date();
    share->set_share_basis_points(5'000 * Between(&random_, 0, 1));
    market_.Put(budget);
  }
  // Of a TAP's match with one of two cooperatives: as it ended, or as it did not.
  void ChangeMatch(int id) {
    v1::Match match;
    match.set_name(absl::StrCat("rounds/r/matches/m", id));
    match.set_tap(absl::StrCat("parties/tap", id % kTaps));
    match.set_cooperative(absl::StrCat("parties/coop", Between(&random_, 0, 1)));
    match.set_state(Between(&random_, 0, 3) == 0   ? v1::Match::STATE_CANCELLED
                    : Between(&random_, 0, 3) == 0 ? v1::Match::STATE_DISPUTED
                                                   : v1::Match::STATE_CONFIRMED);
    match.mutable_confirmation()->set_rating(Between(&random_, 0, 5));
    match.mutable_confirmation()->mutable_word()->mutable_time()->set_seconds(Between(&random_, 1, 9));
    match.mutable_ending()->set_side(v1::SIDE_TAP);
    market_.Put(match);
  }

  void Change() {
    const int id = Between(&random_, 0, kIds - 1);
    switch (Between(&random_, 0, 10)) {
      case 10:
        return Between(&random_, 0, 3) == 0 ? market_.Delete<v1::Agreement>(RandomAgreement(id).name())
                                            : market_.Put(RandomAgreement(id));
      case 7:
      case 8:
        return ChangeMatch(Between(&random_, 0, 40));
      case 9:
        return ChangeBudget();
      case 0:
      case 1:
        return market_.Put(RandomNeed(id));
      case 2:
      case 3:
        return market_.Put(RandomOffer(id));
      case 4:
        Between(&random_, 0, 1) == 0 ? market_.Delete<v1::Need>(absl::StrCat("cooperatives/coop/needs/n", id))
                                     : market_.Delete<v1::Offer>(RandomOffer(id).name());
        return;
      case 5: {
        v1::Party tap = ATap(absl::StrCat("tap", id % kTaps));
        tap.mutable_tap()->set_gender(Between(&random_, 0, 1) == 0 ? v1::GENDER_WOMAN : v1::GENDER_MAN);
        tap.mutable_tap()->set_capacity(Between(&random_, 0, 30));
        tap.mutable_tap()->mutable_practising_since()->set_year(2026 - Between(&random_, 0, 5));
        tap.mutable_tap()->mutable_practising_since()->set_month(1);
        tap.mutable_tap()->mutable_practising_since()->set_day(1);
        if (Between(&random_, 0, 4) == 0) return market_.Delete<v1::Party>(tap.name());
        return market_.Put(tap);
      }
      default: {
        v1::Credential credential;
        credential.set_name(absl::StrCat("credentials/c", id % 4));
        if (Between(&random_, 0, 2) == 0) return market_.Delete<v1::Credential>(credential.name());
        credential.set_holder(absl::StrCat("parties/tap", Between(&random_, 0, kTaps - 1)));
        credential.set_scheme("scheme");
        credential.set_curriculum(static_cast<v1::Curriculum>(Between(&random_, 0, 4)));
        credential.mutable_issue_date()->set_year(2020);
        credential.mutable_issue_date()->set_month(1);
        credential.mutable_issue_date()->set_day(1);
        return market_.Put(credential);
      }
    }
  }

  static constexpr char kBudget[] = "funders/coop/budgets/b";
  static constexpr int kTaps = 5;
  static constexpr int kIds = 12;
  Random random_{1};
  StoredMarket market_;
};

TEST_F(ChangingMarket, EqualsAFreshLoadAfterAnyChanges) {
  const matcher::Day today = DayOf(market_.now());
  size_t candidates = 0;
  for (int round = 0; round < 40; ++round) {
    for (int step = 0; step < 15; ++step) Change();
    market_.AwaitLive();
    NamedMarket fresh;
    auto snapshot = market_.store().TakeSnapshot();
    ASSERT_TRUE(LoadMarket(**snapshot, {.today = today}, &fresh).ok());
    const std::vector<v1::Need> needs = market_.ReadAll<v1::Need>();
    const std::vector<std::string> expected = Described(fresh, needs, today);
    ASSERT_EQ(market_.live().Read([&](const NamedMarket& live) { return Described(live, needs, today); }),
              expected)
        << "round " << round;
    candidates += expected.size() - 1 - needs.size();
  }
  EXPECT_GT(candidates, 200u);
}

// What was never served of last month is asked for together with nothing any more.
TEST_F(ChangingMarket, CountsNoNeedTogetherWithOthersOnceItsDaysAreOver) {
  market_.Put(ANeed(market_, "coop", "lead", 10));
  v1::Need second = ANeed(market_, "coop", "second", 20);
  second.set_joined_to("cooperatives/coop/needs/lead");
  second.set_matched_quantity(20);
  market_.Put(second);
  v1::Need longer = ANeed(market_, "coop", "longer", 40);
  longer.set_joined_to("cooperatives/coop/needs/lead");
  *longer.mutable_window()->mutable_end_date() = DateOf(DayOf(market_.now()) + 90);
  market_.Put(longer);
  market_.AwaitLive();
  const auto joint = [&](const char* id) {
    return market_.live().Read([&](const NamedMarket& live) {
      return live.market().need(live.FindNeed(absl::StrCat("cooperatives/coop/needs/", id))).joint_quantity;
    });
  };
  EXPECT_EQ(joint("lead"), 70) << "what is matched was asked for too";
  EXPECT_EQ(joint("longer"), 70);
  market_.Advance(absl::Hours(24 * 45));
  for (int waits = 0; joint("longer") != 40 && waits < 100; ++waits) absl::SleepFor(absl::Milliseconds(50));
  EXPECT_EQ(joint("longer"), 40);
}

TEST_F(ChangingMarket, IsTheSameAfterARestart) {
  for (int step = 0; step < 100; ++step) Change();
  market_.AwaitLive();
  const matcher::Day today = DayOf(market_.now());
  const std::vector<v1::Need> needs = market_.ReadAll<v1::Need>();
  const auto described = [&](const NamedMarket& live) { return Described(live, needs, today); };
  const std::vector<std::string> before = market_.live().Read(described);
  market_.Restart();
  market_.AwaitLive();
  EXPECT_EQ(market_.live().Read(described), before);
}

TEST_F(ChangingMarket, HoldsWhatItsSequenceSaysThatItHolds) {
  market_.AwaitLive();
  for (int id = 0; id < 51; ++id) {
    market_.Put(AnOffer(market_, "tap0", absl::StrCat("new", id), 5));
    while (market_.live().sequence() < market_.store().sequence()) absl::SleepFor(absl::Microseconds(50));
    ASSERT_EQ(market_.live().Read([](const NamedMarket& live) { return live.offer_count(); }), id + 1);
  }
}

TEST_F(ChangingMarket, IsReadyOnceItHoldsEveryCommit) {
  market_.AwaitLive();
  EXPECT_EQ(market_.live().sequence(), market_.store().sequence());
}

TEST(LoadMarket, NamesTheRecordThatCannotBeRead) {
  StoredMarket market;
  storage::Change change;
  change.puts.push_back({"need:cooperatives/c/needs/n", "\xFF"});
  ASSERT_TRUE(market.store().CommitAndWait(std::move(change)).ok());
  NamedMarket loaded;
  auto snapshot = market.store().TakeSnapshot();
  const absl::Status status = LoadMarket(**snapshot, {}, &loaded);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("cooperatives/c/needs/n"));
  EXPECT_EQ(market.live().Ready().code(), absl::StatusCode::kUnavailable);
}

TEST(LoadMarket, NumbersNeedsInTheOrderOfTheirNames) {
  StoredMarket market;
  LayTerritory(&market);
  const v1::Need pattern = ANeed(market, "coop", "n", 5);
  storage::Change change;
  std::vector<std::string> names;
  for (int at = 0; at < 50'000; ++at) {
    v1::Need need = pattern;
    need.set_name(absl::StrFormat("cooperatives/coop/needs/n-%05d", at));
    change.puts.push_back({absl::StrCat("need:", need.name()), need.SerializeAsString()});
    names.push_back(need.name());
  }
  ASSERT_TRUE(market.store().CommitAndWait(std::move(change)).ok());
  NamedMarket loaded;
  auto snapshot = market.store().TakeSnapshot();
  ASSERT_TRUE(LoadMarket(**snapshot, {}, &loaded).ok());
  std::vector<std::string> numbered;
  for (int32_t at = 0; at < loaded.need_count(); ++at) {
    numbered.push_back(loaded.NameOf(matcher::NeedIndex{at}));
  }
  EXPECT_EQ(numbered, names);
}

// Also of who holds a credential and is no TAP, and with needs and offers of which nothing is open.
TEST(LoadMarket, NumbersAllByTheirPlaces) {
  StoredMarket market;
  LayTerritory(&market);
  for (const char* tap : {"a", "b", "c", "d"}) {
    v1::Party party = ATap(tap);
    if (std::string(tap) == "c") party.clear_tap();
    market.Put(party);
    v1::Credential credential;
    credential.set_name(absl::StrCat("credentials/", tap));
    credential.set_holder(party.name());
    credential.set_scheme("scheme");
    market.Put(credential);
    if (party.has_tap()) market.Put(AnOffer(market, tap, "o", tap[0] == 'b' ? 0 : 5));
  }
  for (int at = 0; at < 10; ++at) market.Put(ANeed(market, "coop", absl::StrCat("n-", at), at == 4 ? 0 : 5));
  // Backwards by the last character.
  const auto place = [](std::string_view name) { return -static_cast<int64_t>(name.back()); };
  NamedMarket loaded;
  auto snapshot = market.store().TakeSnapshot();
  ASSERT_TRUE(LoadMarket(**snapshot, {.place = place}, &loaded).ok());
  std::vector<std::string> needs, taps;
  for (int32_t at = 0; at < loaded.market().need_count(); ++at)
    needs.push_back(loaded.NameOf(matcher::NeedIndex{at}));
  EXPECT_EQ(needs.size(), 9u);
  EXPECT_TRUE(std::is_sorted(needs.rbegin(), needs.rend()));
  for (int32_t at = 0; at < loaded.market().tap_count(); ++at)
    taps.push_back(loaded.NameOf(matcher::TapIndex{at}));
  EXPECT_THAT(taps, testing::ElementsAre("parties/d", "parties/c", "parties/b", "parties/a"));
  EXPECT_LT(loaded.FindParty("parties/d"), loaded.FindParty("parties/c"));
}

TEST(LoadMarket, StopsWhenToldTo) {
  StoredMarket market;
  LayTerritory(&market);
  NamedMarket loaded;
  auto snapshot = market.store().TakeSnapshot();
  EXPECT_EQ(LoadMarket(**snapshot, {.stop = [] { return true; }}, &loaded).code(),
            absl::StatusCode::kCancelled);
}

// Readers that overlap leave the lock never free.
TEST_F(ChangingMarket, IsFollowedWhileItIsReadAllTheTime) {
  market_.AwaitLive();
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!stop)
        market_.live().Read([](const NamedMarket&) {
          absl::SleepFor(absl::Milliseconds(5));
          return 0;
        });
    });
  }
  absl::SleepFor(absl::Milliseconds(50));
  for (int i = 0; i < 10; ++i) market_.Put(RandomNeed(i));
  const absl::Time deadline = absl::Now() + absl::Seconds(5);
  while (market_.live().sequence() < market_.store().sequence() && absl::Now() < deadline)
    absl::SleepFor(absl::Milliseconds(5));
  EXPECT_EQ(market_.live().sequence(), market_.store().sequence());
  stop = true;
  for (std::thread& reader : readers) reader.join();
}

TEST_F(ChangingMarket, IsNotUsableWhileItIsFarBehind) {
  LiveMarket live(&market_.store(), absl::Now, std::chrono::milliseconds(200));
  const auto await = [&live](bool usable) {
    const absl::Time deadline = absl::Now() + absl::Seconds(10);
    while (live.Usable().ok() != usable && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(5));
    EXPECT_EQ(live.Usable().ok(), usable) << live.Usable();
  };
  await(true);
  std::atomic<bool> stop = false;
  std::atomic<bool> holds = false;
  std::thread reader([&] {
    live.Read([&](const NamedMarket&) {
      holds = true;
      while (!stop) absl::SleepFor(absl::Milliseconds(1));
      return 0;
    });
  });
  while (!holds) absl::SleepFor(absl::Milliseconds(1));
  market_.Put(RandomNeed(1));
  await(false);
  stop = true;
  reader.join();
  await(true);
}

}  // namespace
}  // namespace ayni::services
