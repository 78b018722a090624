// Caps of a country by a provider's years, in rounds and between them.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <utility>

#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/match_service.pb.h"
#include "ayni/v1/need_service.pb.h"
#include "services/held_units.h"
#include "services/resource/time.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;

constexpr int64_t kDaySeconds = 86'400;

google::type::Date DateAt(absl::Time time) {
  const absl::CivilDay day = absl::ToCivilDay(time, absl::UTCTimeZone());
  google::type::Date date;
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

// Of territories/pe: by years from 0, the most units.
v1::Policy CapPolicy(const std::vector<int64_t>& caps, int least_months = 0) {
  v1::Policy policy = APolicy();
  v1::CountryProfile* profile = policy.add_country_profiles();
  profile->set_territory("territories/pe");
  profile->set_least_practising_months(least_months);
  for (size_t years = 0; years < caps.size(); ++years) {
    v1::ProviderCap* cap = profile->add_provider_caps();
    cap->set_years(static_cast<int32_t>(years));
    cap->set_quantity(caps[years]);
  }
  return policy;
}

class CountryCapsTest : public RoundMarket {
 protected:
  void PutTap(const std::string& id, absl::Time practising_since) {
    v1::Party tap = ATap(id);
    *tap.mutable_tap()->mutable_practising_since() = DateAt(practising_since);
    market_.Put(tap);
  }
  // Units that the TAP's matches hold which were made within 365 days, from the records alone.
  int64_t HeldBy(const std::string& tap) {
    int64_t units = 0;
    for (const v1::Match& match : market_.ReadAll<v1::Match>()) {
      if (match.tap() != tap) continue;
      const int64_t days =
          absl::ToUnixSeconds(market_.now()) / kDaySeconds - match.create_time().seconds() / kDaySeconds;
      if (days <= 364) units += HeldUnits(match);
    }
    return units;
  }
  void PutUrgent(const std::string& id, int64_t quantity) {
    v1::Need need = ANeed(market_, "coop0", id, quantity);
    need.set_urgency(v1::URGENCY_CRITICAL);
    market_.Put(need);
  }
  absl::StatusOr<v1::MatchNowResponse> MatchNow(const std::string& id) {
    v1::MatchNowRequest request;
    request.set_name("cooperatives/coop0/needs/" + id);
    return market_.Call<v1::MatchNowResponse>("ayni.v1.NeedService/MatchNow", request);
  }
  int64_t Publish(const std::string& id) {
    market_.CreateRound(id);
    market_.Publish("rounds/" + id);
    return UnitsOf("rounds/" + id);
  }
  v1::ExplainNeedResponse Explain(const std::string& need, const std::string& round) {
    v1::ExplainNeedRequest request;
    request.set_name(need);
    request.set_round("rounds/" + round);
    request.set_language("eng");
    const auto told = market_.Call<v1::ExplainNeedResponse>("ayni.v1.AuditService/ExplainNeed", request);
    EXPECT_TRUE(told.ok()) << told.status();
    return told.ok() ? *told : v1::ExplainNeedResponse();
  }
};

TEST_F(CountryCapsTest, HoldAProviderInItsSecondYearToTheCapOfThatYear) {
  Fill(3, 40, 0, 0);
  market_.Put(CapPolicy({20, 60, 100}));
  PutTap("tap0", market_.now() - absl::Hours(24 * 500));
  market_.Put(AnOffer(market_, "tap0", "o", 1'000));
  EXPECT_EQ(Publish("r1"), 60);
  // Nothing is left of the year's cap, whatever the next round and MatchNow ask for.
  market_.Advance(absl::Hours(24 * 20));
  PutUrgent("urgent", 5);
  const auto listed = List("cooperatives/coop0/needs/urgent");
  ASSERT_EQ(listed.candidates_size(), 1);
  EXPECT_TRUE(listed.candidates(0).has_tap_room());
  EXPECT_EQ(listed.candidates(0).tap_room(), 0);
  EXPECT_EQ(listed.candidates(0).available_quantity(), 0);
  const auto now = MatchNow("urgent");
  EXPECT_EQ(now.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(now.status().message()), HasSubstr("cap of its country"));
  EXPECT_EQ(Publish("r2"), 0);
  // A year after the first round its units count no more, and the provider is in its third year.
  market_.Advance(absl::Hours(24 * 350));
  market_.Put(AnOffer(market_, "tap0", "later", 1'000));
  for (int at = 0; at < 3; ++at) market_.Put(ANeed(market_, absl::StrCat("coop", at), "again", 40));
  EXPECT_EQ(Publish("r3"), 100);
}

TEST_F(CountryCapsTest, HoldNobodyWithoutAProfileOfTheCountryWhereItSits) {
  Fill(3, 40, 1, 1'000);
  v1::Policy policy = CapPolicy({20, 60});
  policy.mutable_country_profiles(0)->set_territory("territories/br");
  market_.Put(policy);
  EXPECT_EQ(Publish("r1"), 120);
}

TEST_F(CountryCapsTest, CountAProviderThatSaysNoDayAsOneOfNoYears) {
  Fill(3, 40, 1, 1'000);
  market_.Put(CapPolicy({20, 60}));
  EXPECT_EQ(Publish("r1"), 20);
}

TEST_F(CountryCapsTest, LeaveTheSmallerOfTheCapAndTheTapsOwnCapacity) {
  Fill(3, 40, 1, 1'000);
  market_.Put(CapPolicy({50}));
  v1::Party tap = ATap("tap0");
  tap.mutable_tap()->set_capacity(30);
  market_.Put(tap);
  EXPECT_EQ(Publish("r1"), 30);
  for (int at = 0; at < 3; ++at) market_.Put(ANeed(market_, absl::StrCat("coop", at), "more", 40));
  EXPECT_EQ(Publish("r2"), 20);
}

TEST_F(CountryCapsTest, GiveBackWithMatchesThatComeToNothing) {
  Fill(1, 40, 1, 1'000);
  market_.Put(CapPolicy({40}));
  EXPECT_EQ(Publish("r1"), 40);
  v1::Match match = Matches("rounds/r1")[0];
  v1::CancelMatchRequest cancel;
  cancel.set_name(match.name());
  cancel.set_reason("The road is closed");
  ASSERT_TRUE(market_.Call<v1::Match>("ayni.v1.MatchService/CancelMatch", cancel).ok());
  EXPECT_EQ(List("cooperatives/coop0/needs/n").candidates(0).tap_room(), 40);
  EXPECT_EQ(Publish("r2"), 40);
}

TEST_F(CountryCapsTest, SayWhoseCapItIs) {
  Fill(2, 40, 1, 1'000);
  market_.Put(CapPolicy({40}));
  Publish("r1");
  market_.Put(ANeed(market_, "coop0", "next", 10));
  Publish("r2");
  const v1::ExplainNeedResponse told = Explain("cooperatives/coop0/needs/next", "r2");
  std::string said;
  for (const auto* fates : {&told.candidates(), &told.others()}) {
    for (const v1::CandidateFate& fate : *fates) {
      ASSERT_EQ(fate.reasons_size(), 1);
      EXPECT_EQ(fate.reasons(0).code(), v1::REASON_CODE_TAP_FULL);
      said += fate.reasons(0).text();
    }
  }
  EXPECT_EQ(said, "It reached its country's cap for its years of practice: 40 units in 365 days.");
  // Of the round that used it up, whoever got nothing is told the same.
  std::string of_first;
  for (const char* need : {"cooperatives/coop0/needs/n", "cooperatives/coop1/needs/n"}) {
    const v1::ExplainNeedResponse first = Explain(need, "r1");
    for (const v1::CandidateFate& fate : first.candidates()) {
      for (const v1::Reason& reason : fate.reasons()) of_first += reason.text();
    }
    for (const v1::SmallestChange& change : first.changes())
      EXPECT_NE(change.kind(), v1::CHANGE_KIND_TAP_CAPACITY) << "no capacity lifts the cap of a country";
  }
  EXPECT_THAT(of_first, HasSubstr("its country's cap"));
}

TEST_F(CountryCapsTest, AskForMonthsOfPracticeWhereTheNeedIs) {
  Fill(1, 40, 1, 1'000);
  market_.Put(CapPolicy({}, 12));
  PutTap("tap0", market_.now() - absl::Hours(24 * 200));
  EXPECT_EQ(Publish("r1"), 0);
  EXPECT_EQ(List("cooperatives/coop0/needs/n").candidates_size(), 0);
  const v1::ExplainNeedResponse told = Explain("cooperatives/coop0/needs/n", "r1");
  ASSERT_EQ(told.others_size(), 1);
  EXPECT_EQ(told.others(0).reasons(0).code(), v1::REASON_CODE_EXPERIENCE);
  EXPECT_EQ(told.others(0).reasons(0).distance(), 6);
  PutUrgent("urgent", 5);
  EXPECT_THAT(std::string(MatchNow("urgent").status().message()), HasSubstr("has not practised as long"));
  PutTap("tap0", market_.now() - absl::Hours(24 * 366));
  EXPECT_EQ(Publish("r2"), 45);
}

// A full provider does not make a market thin, for which limits would be waived.
TEST_F(CountryCapsTest, LeaveAFullProviderAChoiceThatLimitsCount) {
  Fill(1, 10, 2, 1'000);
  SetLimit(5'000, 2);
  v1::Policy policy = market_.Read<v1::Policy>("policies/p");
  *policy.add_country_profiles() = CapPolicy({4}).country_profiles(0);
  market_.Put(policy);
  EXPECT_EQ(Publish("r1"), 8);
  v1::Party moved = ATap("tap1");
  moved.clear_district();
  market_.Put(moved);
  market_.Put(ANeed(market_, "coop0", "next", 10));
  EXPECT_GT(Publish("r2"), 0);
  for (const v1::Match& match : Matches("rounds/r2")) {
    for (const int flag : match.flags()) EXPECT_NE(flag, v1::Match::FLAG_SOLE_SOURCE);
  }
}

TEST_F(CountryCapsTest, LeaveOutOfARoundWhatMatchNowWasFasterToTake) {
  Fill(2, 20, 1, 1'000);
  market_.Put(CapPolicy({50}));
  EXPECT_EQ(Publish("r1"), 40);
  market_.Put(ANeed(market_, "coop1", "slow", 10));
  // An offer that only the urgent need can take: the cap alone ties it to the other.
  v1::Offer other = AnOffer(market_, "tap0", "other", 1'000);
  other.set_languages(0, "ayr");
  market_.Put(other);
  // Just before the round closes the gate, which it does once it is cleared.
  bool stepped = false;
  market_.rounds_store().before_commit = [&](const storage::Change& change) {
    const bool closes = std::any_of(change.puts.begin(), change.puts.end(), [](const storage::Put& put) {
      return put.key == "match_gate:" && put.value == "rounds/r2";
    });
    if (!closes || std::exchange(stepped, true)) return;
    v1::Need fast = ANeed(market_, "coop0", "fast", 10);
    fast.set_urgency(v1::URGENCY_CRITICAL);
    fast.set_languages(0, "ayr");
    market_.Put(fast);
    const auto now = MatchNow("fast");
    EXPECT_TRUE(now.ok()) << now.status();
  };
  EXPECT_EQ(Publish("r2"), 0);
  EXPECT_TRUE(stepped);
  EXPECT_EQ(HeldBy("parties/tap0"), 50);
  const v1::Round round = market_.Read<v1::Round>("rounds/r2");
  ASSERT_EQ(round.summary().left_out_size(), 1);
  EXPECT_EQ(round.summary().left_out(0).reason(), v1::LeftOut::REASON_OVERTAKEN);
}

// Rounds over months, MatchNow and cancellations between them, over random markets.
TEST_F(CountryCapsTest, AreNeverPassedWhateverComesBetween) {
  int full = 0;
  int over_a_year = 0;
  for (uint32_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    StoredMarket fresh_market;
    std::mt19937 random(seed);
    const auto below = [&](int64_t end) { return static_cast<int64_t>(random() % end); };
    LayTerritory(&fresh_market);
    std::vector<int64_t> caps = {1 + below(10)};
    for (int years = 1; years <= 5; ++years) caps.push_back(caps.back() + below(15));
    fresh_market.Put(CapPolicy(caps));
    fresh_market.Put(ACooperative("coop0"));
    std::map<std::string, int64_t> ever;
    const int taps = 2 + static_cast<int>(below(3));
    for (int at = 0; at < taps; ++at) {
      v1::Party tap = ATap(absl::StrCat("tap", at));
      if (at > 0) {
        *tap.mutable_tap()->mutable_practising_since() =
            DateAt(fresh_market.now() - absl::Hours(24 * below(2'000)));
      }
      if (below(2) == 0) tap.mutable_tap()->set_capacity(1 + below(20));
      fresh_market.Put(tap);
    }
    const auto check = [&] {
      std::map<std::string, int64_t> held;
      const int64_t today = absl::ToUnixSeconds(fresh_market.now()) / kDaySeconds;
      std::map<std::string, int64_t> publish_day;
      for (const v1::Round& round : fresh_market.ReadAll<v1::Round>())
        publish_day[round.name()] = round.publish_time().seconds() / kDaySeconds;
      for (const v1::Match& match : fresh_market.ReadAll<v1::Match>()) {
        const std::string round = match.name().substr(0, match.name().find("/matches/"));
        const int64_t day = match.origin() == v1::Match::ORIGIN_MATCH_NOW
                                ? match.create_time().seconds() / kDaySeconds
                                : publish_day[round];
        if (today - day <= 364) held[match.tap()] += HeldUnits(match);
      }
      for (const auto& [name, units] : held) {
        const v1::Party tap = fresh_market.Read<v1::Party>(name);
        const auto& since = tap.tap().practising_since();
        const google::type::Date date = DateAt(fresh_market.now());
        int64_t years = 0;
        if (tap.tap().has_practising_since()) {
          const bool is_whole = std::pair(date.month(), date.day()) >= std::pair(since.month(), since.day());
          years = std::clamp<int64_t>(date.year() - since.year() - (is_whole ? 0 : 1), 0, 5);
        }
        ASSERT_LE(units, caps[years]) << name << " in year " << years;
        full += units == caps[years] ? 1 : 0;
      }
    };
    for (int step = 0; step < 12; ++step) {
      fresh_market.Advance(absl::Hours(24 * (20 + below(60))));
      for (int at = 0; at < taps; ++at)
        fresh_market.Put(
            AnOffer(fresh_market, absl::StrCat("tap", at), absl::StrCat("o", step), 1 + below(40)));
      for (int at = 0; at < 3; ++at) {
        v1::Need need = ANeed(fresh_market, "coop0", absl::StrCat("n", step, ".", at), 1 + below(20));
        if (at == 0) need.set_urgency(v1::URGENCY_CRITICAL);
        fresh_market.Put(need);
      }
      if (step > 0) {
        fresh_market.AwaitLive();
        v1::MatchNowRequest urgent;
        urgent.set_name(absl::StrCat("cooperatives/coop0/needs/n", step, ".0"));
        fresh_market.Call<v1::MatchNowResponse>("ayni.v1.NeedService/MatchNow", urgent).IgnoreError();
        check();
      }
      fresh_market.CreateRound(absl::StrCat("r", step));
      fresh_market.Publish(absl::StrCat("rounds/r", step));
      check();
      for (const v1::Match& match : fresh_market.ReadAll<v1::Match>(absl::StrCat("rounds/r", step, "/"))) {
        ever[match.tap()] += match.quantity();
        if (below(4) != 0 || match.state() != v1::Match::STATE_PROPOSED) continue;
        v1::CancelMatchRequest cancel;
        cancel.set_name(match.name());
        cancel.set_reason("The road is closed");
        ASSERT_TRUE(fresh_market.Call<v1::Match>("ayni.v1.MatchService/CancelMatch", cancel).ok());
      }
      check();
    }
    for (const auto& [tap, units] : ever) over_a_year += units > caps.back() ? 1 : 0;
  }
  EXPECT_GT(full, 50) << "caps seldom bind";
  EXPECT_GT(over_a_year, 2) << "the window seldom moves on";
}

}  // namespace
}  // namespace ayni::services
