#include "ayni/v1/need_service.pb.h"
#include "ayni/v1/relation.pb.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

class CandidateLimits : public RoundMarket {
 protected:
  v1::Candidate Of(const v1::ListCandidatesResponse& listed, const std::string& tap) {
    for (const v1::Candidate& candidate : listed.candidates()) {
      if (candidate.offer() == absl::StrCat("taps/", tap, "/offers/o")) return candidate;
    }
    ADD_FAILURE() << tap << " has no candidate";
    return {};
  }
  // A need made after the round, and so unknown to it.
  std::string NewNeed(int64_t quantity) {
    market_.Advance(absl::Minutes(1));
    const v1::Need need = ANeed(market_, "coop0", "new", quantity);
    market_.Put(need);
    return need.name();
  }
  void PublishRound() {
    market_.CreateRound("r1");
    market_.Publish("rounds/r1");
  }
};

TEST_F(CandidateLimits, LeaveWhatTheLastRoundDidNotGive) {
  Fill(1, 100, 4, 100);
  SetLimit(3'000);
  PublishRound();
  std::map<std::string, int64_t> held = UnitsByTap("rounds/r1");
  const v1::ListCandidatesResponse listed = List(NewNeed(10));
  ASSERT_EQ(listed.segment_limits_size(), 1);
  const v1::SegmentLimit& segment = listed.segment_limits(0);
  EXPECT_EQ(segment.segment().limit(), "tap-province");
  EXPECT_EQ(segment.segment().territory(), "territories/prov");
  EXPECT_EQ(segment.volume(), 110);
  EXPECT_EQ(segment.cap(), 33);
  EXPECT_FALSE(segment.thin());
  ASSERT_EQ(listed.candidates_size(), 4);
  for (int tap = 0; tap < 4; ++tap) {
    const std::string party = absl::StrCat("parties/tap", tap);
    const v1::Candidate candidate = Of(listed, absl::StrCat("tap", tap));
    ASSERT_EQ(candidate.limits_size(), 1);
    const v1::LimitRoom& limit = candidate.limits(0);
    EXPECT_EQ(limit.controller(), party);
    EXPECT_EQ(limit.cap(), 33);
    EXPECT_EQ(limit.held_quantity(), held[party]);
    EXPECT_EQ(limit.room(), 33 - held[party]);
    EXPECT_EQ(limit.binds(), limit.room() < 10);
    EXPECT_EQ(candidate.available_quantity(), std::min<int64_t>(10, limit.room()));
    EXPECT_EQ(candidate.offer_room(), 100 - held[party]);
    EXPECT_FALSE(candidate.has_tap_room());
  }
}

TEST_F(CandidateLimits, CountANeedOfTheRoundOnce) {
  Fill(2, 50, 2, 30);
  SetLimit(5'000);
  PublishRound();
  // 100 units were asked for and 60 could be served: the rest was in the round's volume already.
  market_.Put(AnOffer(market_, "tap0", "o", 90));
  const v1::Need left = ReadNeed(ReadNeed(0).state() == v1::Need::STATE_OPEN ? 0 : 1);
  EXPECT_EQ(List(left.name()).segment_limits(0).volume(), 60);
}

TEST_F(CandidateLimits, LeaveAllWhereTheMarketIsThin) {
  Fill(1, 100, 2, 200);
  SetLimit(1'000, 3);
  PublishRound();
  const v1::ListCandidatesResponse listed = List(NewNeed(10));
  EXPECT_TRUE(listed.segment_limits(0).thin());
  EXPECT_FALSE(listed.segment_limits(0).has_cap());
  for (const v1::Candidate& candidate : listed.candidates()) {
    EXPECT_FALSE(candidate.limits(0).has_room());
    EXPECT_FALSE(candidate.limits(0).binds());
    EXPECT_EQ(candidate.available_quantity(), 10);
  }
}

TEST_F(CandidateLimits, AreFreeAgainOnceTheRoundIsUndone) {
  Fill(1, 100, 2, 100);
  SetLimit(5'000);
  PublishRound();
  ASSERT_TRUE(Undo("rounds/r1", "to see what is left").ok());
  const v1::ListCandidatesResponse listed = List("cooperatives/coop0/needs/n");
  for (const v1::Candidate& candidate : listed.candidates())
    EXPECT_EQ(candidate.limits(0).held_quantity(), 0);
  EXPECT_EQ(listed.segment_limits(0).volume(), 100);
}

TEST_F(CandidateLimits, AreSharedByOwnersFromTheMomentTheyAreConfirmed) {
  Fill(1, 100, 4, 100);
  v1::Policy policy = GroupPolicy(3'000);
  policy.mutable_limits(0)->set_window_days(30);
  market_.Put(policy);
  PublishRound();
  std::map<std::string, int64_t> held = UnitsByTap("rounds/r1");
  const std::string need = NewNeed(10);
  EXPECT_EQ(Of(List(need), "tap3").limits(0).controller(), "parties/tap3");
  v1::Relation relation;
  relation.set_name("relations/r");
  relation.set_subject("parties/tap1");
  relation.set_object("parties/tap3");
  relation.set_type(v1::RELATION_TYPE_CONTROLS);
  relation.set_standing(v1::RELATION_STANDING_CONFIRMED);
  market_.Put(relation);
  v1::LimitRoom room = Of(List(need), "tap3").limits(0);
  EXPECT_EQ(room.controller(), "parties/tap1");
  EXPECT_EQ(room.held_quantity(), held["parties/tap1"] + held["parties/tap3"]);
  market_.Delete<v1::Relation>("relations/r");
  room = Of(List(need), "tap3").limits(0);
  EXPECT_EQ(room.controller(), "parties/tap3");
  EXPECT_EQ(room.held_quantity(), held["parties/tap3"]);
}

TEST_F(CandidateLimits, GoOverFromTheRoundToTheWindow) {
  Fill(1, 100, 2, 1'000);
  SetLimit(5'000);
  PublishRound();
  market_.CreateRound("r2");
  market_.Advance(absl::Hours(24 * 20));
  market_.Publish("rounds/r2");
  const std::string need = NewNeed(10);
  EXPECT_EQ(Of(List(need), "tap0").limits(0).held_quantity(), 50);
  market_.Advance(absl::Hours(24 * 12));
  market_.Put(ANeed(market_, "coop0", "new", 10));
  v1::Offer offer = ReadOffer(0);
  *offer.mutable_window() = AnOffer(market_, "tap0", "o", 1).window();
  market_.Put(offer);
  EXPECT_EQ(Of(List(need), "tap0").limits(0).held_quantity(), 0);
}

TEST_F(CandidateLimits, AreTheSameAfterARestart) {
  Fill(3, 30, 4, 100);
  SetLimit(3'000);
  PublishRound();
  const std::string need = NewNeed(10);
  const std::string before = List(need).DebugString();
  market_.Restart();
  EXPECT_EQ(List(need).DebugString(), before);
}

}  // namespace
}  // namespace ayni::services
