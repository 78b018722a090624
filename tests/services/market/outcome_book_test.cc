#include "services/market/outcome_book.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr char kTap[] = "parties/tap";

v1::Match AMatch(int id, v1::Match::State state, int64_t seconds = 0, const std::string& cooperative = "coop",
                 const std::string& tap = "tap") {
  v1::Match match;
  match.set_name(absl::StrCat("rounds/r/matches/m", id));
  match.set_tap("parties/" + tap);
  match.set_cooperative("parties/" + cooperative);
  match.set_state(state);
  match.mutable_confirmation()->mutable_word()->mutable_time()->set_seconds(seconds);
  match.mutable_ending()->mutable_word()->mutable_time()->set_seconds(seconds);
  return match;
}

v1::Match Rated(int id, int rating, int64_t seconds = 0, const std::string& cooperative = "coop") {
  v1::Match match = AMatch(id, v1::Match::STATE_CONFIRMED, seconds, cooperative);
  match.mutable_confirmation()->set_rating(rating);
  return match;
}

TEST(SuccessOf, IsAGoodRatingOrWhatAnAdministratorFoundDelivered) {
  for (const auto state : {v1::Match::STATE_CONFIRMED, v1::Match::STATE_SETTLED}) {
    for (int rating = 1; rating <= 5; ++rating) {
      v1::Match match = AMatch(1, state);
      match.mutable_confirmation()->set_rating(rating);
      EXPECT_EQ(SuccessOf(match), rating >= 3) << rating;
    }
    EXPECT_EQ(SuccessOf(AMatch(1, state)), true) << "decided, without a rating";
  }
}

TEST(SuccessOf, IsAFailureWhereTheTapCalledItOffOrDidNotDeliver) {
  v1::Match match = AMatch(1, v1::Match::STATE_CANCELLED);
  for (const auto side : {v1::SIDE_UNSPECIFIED, v1::SIDE_COOPERATIVE, v1::SIDE_ADMINISTRATOR}) {
    match.mutable_ending()->set_side(side);
    EXPECT_EQ(SuccessOf(match), std::nullopt) << v1::Side_Name(side);
  }
  match.mutable_dispute()->set_outcome(v1::Dispute::OUTCOME_NOT_DELIVERED);
  EXPECT_EQ(SuccessOf(match), false);
  match.clear_dispute();
  match.mutable_ending()->set_side(v1::SIDE_TAP);
  EXPECT_EQ(SuccessOf(match), false);
}

TEST(SuccessOf, IsNothingOfWhatHasNotEndedOrNeverBegan) {
  for (const auto state : {v1::Match::STATE_PROPOSED, v1::Match::STATE_UNDONE, v1::Match::STATE_ACCEPTED,
                           v1::Match::STATE_DECLINED, v1::Match::STATE_LAPSED, v1::Match::STATE_IN_SERVICE,
                           v1::Match::STATE_DELIVERED, v1::Match::STATE_DISPUTED}) {
    v1::Match match = AMatch(1, state);
    match.mutable_ending()->set_side(v1::SIDE_TAP);
    match.mutable_confirmation()->set_rating(1);
    EXPECT_EQ(SuccessOf(match), std::nullopt) << v1::Match::State_Name(state);
  }
}

TEST(OutcomeBook, CountsAMatchOnceAndAsItStands) {
  OutcomeBook book;
  EXPECT_THAT(book.Put(Rated(1, 5)), ElementsAre(kTap));
  EXPECT_THAT(book.Put(Rated(1, 4)), IsEmpty());
  v1::Match settled = Rated(1, 4);
  settled.set_state(v1::Match::STATE_SETTLED);
  EXPECT_THAT(book.Put(settled), IsEmpty());
  EXPECT_EQ(book.Of(kTap), (OutcomeCounts{1, 1}));
  v1::Match disputed = Rated(1, 4);
  disputed.set_state(v1::Match::STATE_DISPUTED);
  EXPECT_THAT(book.Put(disputed), ElementsAre(kTap));
  EXPECT_EQ(book.Of(kTap), OutcomeCounts());
  EXPECT_THAT(book.Put(Rated(1, 2)), ElementsAre(kTap));
  EXPECT_EQ(book.Of(kTap), (OutcomeCounts{1, 0}));
  EXPECT_EQ(book.Of("parties/other"), OutcomeCounts());
}

TEST(OutcomeBook, FollowsAMatchToAnotherTap) {
  OutcomeBook book;
  book.Put(Rated(1, 5));
  v1::Match moved = Rated(1, 5);
  moved.set_tap("parties/heir");
  EXPECT_THAT(book.Put(moved), UnorderedElementsAre(kTap, "parties/heir"));
  EXPECT_EQ(book.Of(kTap), OutcomeCounts());
  EXPECT_EQ(book.Of("parties/heir"), (OutcomeCounts{1, 1}));
}

// A friend that confirms a hundred matches is worth five; and what it says last is what it thinks.
TEST(OutcomeBook, CountsTheLastFiveOfOneCooperative) {
  OutcomeBook book;
  for (int id = 0; id < 100; ++id) book.Put(Rated(id, 5, id, "friend"));
  EXPECT_EQ(book.Of(kTap), (OutcomeCounts{5, 5}));
  book.Put(Rated(100, 1, 100, "another"));
  EXPECT_EQ(book.Of(kTap), (OutcomeCounts{6, 5}));
  for (int id = 101; id < 104; ++id) book.Put(Rated(id, 1, id, "friend"));
  EXPECT_EQ(book.Of(kTap), (OutcomeCounts{6, 2}));
  book.Put(Rated(104, 5, 0, "friend"));
  EXPECT_EQ(book.Of(kTap), (OutcomeCounts{6, 2})) << "older than the five";
}

// Random matches of few TAPs and cooperatives that change their states: whatever came in between and in
// whatever order, the counts are those of a plain count over what stands.
TEST(OutcomeBook, IsWhatAPlainCountFindsWhateverTheOrder) {
  std::mt19937_64 random(5);
  const auto below = [&random](int end) { return static_cast<int>(random() % static_cast<uint64_t>(end)); };
  const v1::Match::State states[] = {v1::Match::STATE_CONFIRMED, v1::Match::STATE_CONFIRMED,
                                     v1::Match::STATE_SETTLED,   v1::Match::STATE_CANCELLED,
                                     v1::Match::STATE_DISPUTED,  v1::Match::STATE_PROPOSED};
  int64_t counted = 0;
  for (int round = 0; round < 300; ++round) {
    OutcomeBook followed;
    std::map<std::string, v1::Match> stand;
    for (int step = 0; step < 120; ++step) {
      v1::Match match = AMatch(below(60), states[below(6)], below(8), absl::StrCat("coop", below(3)),
                               absl::StrCat("tap", below(2)));
      match.mutable_confirmation()->set_rating(below(6));
      match.mutable_ending()->set_side(below(2) == 0 ? v1::SIDE_TAP : v1::SIDE_COOPERATIVE);
      followed.Put(match);
      stand[match.name()] = match;
    }
    std::vector<v1::Match> shuffled;
    for (const auto& [name, match] : stand) shuffled.push_back(match);
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    OutcomeBook fresh;
    for (const v1::Match& match : shuffled) fresh.Put(match);

    // By TAP and cooperative, by time and name.
    std::map<std::pair<std::string, std::string>, std::map<std::pair<int64_t, std::string>, bool>> plain;
    for (const auto& [name, match] : stand) {
      const std::optional<bool> success = SuccessOf(match);
      if (!success.has_value()) continue;
      plain[{match.tap(), match.cooperative()}][{match.ending().word().time().seconds(), name}] = *success;
    }
    for (const std::string tap : {"parties/tap0", "parties/tap1"}) {
      OutcomeCounts expected;
      for (const auto& [sides, outcomes] : plain) {
        int taken = 0;
        for (auto at = outcomes.rbegin(); sides.first == tap && at != outcomes.rend() && taken < 5;
             ++at, ++taken) {
          ++expected.outcomes;
          expected.successes += at->second ? 1 : 0;
        }
      }
      ASSERT_EQ(followed.Of(tap), expected) << "round " << round;
      ASSERT_EQ(fresh.Of(tap), expected) << "round " << round;
      counted += expected.outcomes;
    }
  }
  EXPECT_GT(counted, 5'000);
}

}  // namespace
}  // namespace ayni::services
