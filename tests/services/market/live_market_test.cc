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

// Everything that a market says of its needs, by name, best first.
std::vector<std::string> Described(const NamedMarket& market, const std::vector<v1::Need>& needs,
                                   matcher::Day today) {
  std::vector<std::string> lines = {
      absl::StrCat("needs ", market.need_count(), " offers ", market.offer_count())};
  const matcher::ScoreRule rule = ToEngine(APolicy())->score_rule;
  for (const v1::Need& need : needs) {
    std::vector<std::tuple<int32_t, std::string, int64_t>> found;
    NeedColumns columns;
    for (const matcher::Candidate& candidate : matcher::CandidatesOf(
             market.market(), market.index(), market.ToColumns(need, &columns), rule, today)) {
      found.emplace_back(-candidate.score, market.NameOf(candidate.offer), candidate.bound);
    }
    std::sort(found.begin(), found.end());
    for (const auto& [score, offer, bound] : found) {
      lines.push_back(absl::StrFormat("%s %d %s %d", need.name(), -score, offer, bound));
    }
    lines.push_back(absl::StrCat(need.name(), " row ", market.FindNeed(need.name()).present()));
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
    return need;
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
    return offer;
  }

  void Change() {
    const int id = Between(&random_, 0, kIds - 1);
    switch (Between(&random_, 0, 6)) {
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
        return market_.Put(tap);
      }
      default: {
        v1::Credential credential;
        credential.set_name(absl::StrCat("credentials/c", id % 4));
        if (Between(&random_, 0, 2) == 0) return market_.Delete<v1::Credential>(credential.name());
        credential.set_holder(absl::StrCat("parties/tap", Between(&random_, 0, kTaps - 1)));
        credential.set_scheme("scheme");
        credential.mutable_issue_date()->set_year(2020);
        credential.mutable_issue_date()->set_month(1);
        credential.mutable_issue_date()->set_day(1);
        return market_.Put(credential);
      }
    }
  }

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
    ASSERT_TRUE(LoadMarket(**snapshot, {}, &fresh).ok());
    const std::vector<v1::Need> needs = market_.ReadAll<v1::Need>();
    const std::vector<std::string> expected = Described(fresh, needs, today);
    ASSERT_EQ(market_.live().Read([&](const NamedMarket& live) { return Described(live, needs, today); }),
              expected)
        << "round " << round;
    candidates += expected.size() - 1 - needs.size();
  }
  EXPECT_GT(candidates, 200u);
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
