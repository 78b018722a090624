// A proposal to which one side said no is not made again as it was.
#include <gmock/gmock.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/need_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "services/match/lapses.h"
#include "tests/services/match/spoken_market.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr char kNeed[] = "cooperatives/coop0/needs/n";

class Declining : public SpokenMarket {
 protected:
  // Units by TAP of one more round.
  std::map<std::string, int64_t> Clear() {
    round_ = absl::StrCat("rounds/r", ++rounds_);
    market_.CreateRound(absl::StrCat("r", rounds_));
    market_.Publish(round_);
    return UnitsByTap(round_);
  }
  v1::Match MatchOf(const std::string& tap) {
    for (const v1::Match& match : Matches(round_)) {
      if (match.tap() == "parties/" + tap) return match;
    }
    ADD_FAILURE() << round_ << " has no match of " << tap;
    return {};
  }
  void DeclineAs(const Caller& caller, const v1::Match& match) {
    const auto said = Say(caller, match.name(), Decline());
    ASSERT_TRUE(said.ok()) << said.status();
  }
  // tap0, the cheaper one, was proposed all 10 units of the need, and said no.
  void DeclineByTheCheaper() {
    Fill(1, 10, 2, 100);
    v1::Offer dearer = ReadOffer(1);
    dearer.mutable_unit_price()->set_minor_units(90'000);
    market_.Put(dearer);
    ASSERT_THAT(Clear(), UnorderedElementsAre(Pair("parties/tap0", 10)));
    DeclineAs(Tap(MatchOf("tap0")), MatchOf("tap0"));
  }
  void MakeUrgent() {
    v1::Need need = ReadNeed(0);
    need.set_urgency(v1::URGENCY_CRITICAL);
    market_.Put(need);
  }
  absl::StatusOr<v1::MatchNowResponse> MatchNow() {
    v1::MatchNowRequest request;
    request.set_name(kNeed);
    return market_.Call<v1::MatchNowResponse>("ayni.v1.NeedService/MatchNow", request);
  }
  // By TAP, what the last round's explanation says of it.
  std::map<std::string, std::string> Why(const Caller& caller) {
    v1::ExplainNeedRequest request;
    request.set_name(kNeed);
    request.set_round(round_);
    request.set_language("eng");
    const auto answer = market_.CallAs<v1::ExplainNeedResponse>(caller, Scope::kAny,
                                                                "ayni.v1.AuditService/ExplainNeed", request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::map<std::string, std::string> texts;
    for (const auto& fates : {answer->candidates(), answer->others()}) {
      for (const v1::CandidateFate& fate : fates) {
        for (const v1::Reason& reason : fate.reasons()) absl::StrAppend(&texts[fate.tap()], reason.text());
      }
    }
    return texts;
  }
  static std::string ReasonOf(const absl::Status& status) {
    google::rpc::ErrorInfo info;
    const auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
    if (payload.has_value()) info.ParseFromString(std::string(*payload));
    return info.reason();
  }

  std::string round_;
  int rounds_ = 0;
};

TEST_F(Declining, GivesTheNeedToTheNextAndThenToNobody) {
  DeclineByTheCheaper();
  EXPECT_THAT(Clear(), UnorderedElementsAre(Pair("parties/tap1", 10)));
  DeclineAs(Cooperative(MatchOf("tap1")), MatchOf("tap1"));
  EXPECT_THAT(Clear(), IsEmpty());
}

TEST_F(Declining, IsExplainedWithItsDay) {
  DeclineByTheCheaper();
  market_.Advance(absl::Hours(24));
  Clear();
  DeclineAs(Cooperative(MatchOf("tap1")), MatchOf("tap1"));
  const v1::Match proposed = MatchOf("tap1");
  Clear();
  EXPECT_THAT(
      Why(Administrator()),
      UnorderedElementsAre(Pair("parties/tap0", "The provider said no to this proposal on 2026-11-24."),
                           Pair("parties/tap1", "The cooperative said no to this proposal on 2026-11-25.")));
  EXPECT_EQ(Why(Cooperative(proposed)).at("parties/tap1"), "You said no to this proposal on 2026-11-25.");
  v1::ExplainTapRequest request;
  request.set_parent("parties/tap0");
  request.set_round(round_);
  request.set_language("eng");
  const auto to_tap =
      market_.CallAs<v1::ExplainTapResponse>({"principals/tap", v1::ROLE_TAP, "parties/tap0"}, Scope::kAny,
                                             "ayni.v1.AuditService/ExplainTap", request);
  ASSERT_TRUE(to_tap.ok()) << to_tap.status();
  ASSERT_EQ(to_tap->fates_size(), 1);
  EXPECT_EQ(to_tap->fates(0).reasons(0).code(), v1::REASON_CODE_DECLINED);
  EXPECT_EQ(to_tap->fates(0).reasons(0).text(), "You said no to this proposal on 2026-11-24.");
}

TEST_F(Declining, IsOfTheDaysAndThePriceThatWereProposed) {
  DeclineByTheCheaper();
  v1::Need need = ReadNeed(0);
  need.mutable_window()->mutable_end_date()->set_day(need.window().end_date().day() - 1);
  market_.Put(need);
  EXPECT_THAT(Clear(), UnorderedElementsAre(Pair("parties/tap0", 10))) << "of other days";
  DeclineAs(Cooperative(MatchOf("tap0")), MatchOf("tap0"));
  v1::Offer offer = ReadOffer(0);
  offer.mutable_unit_price()->set_minor_units(49'000);
  market_.Put(offer);
  EXPECT_THAT(Clear(), UnorderedElementsAre(Pair("parties/tap0", 10))) << "at another price";
}

TEST_F(Declining, IsSaidAndNotKeptSilent) {
  Fill(1, 10, 1, 100);
  Clear();
  market_.Advance(absl::Hours(169));
  ASSERT_EQ(*LapseMatches(market_.now(), &market_.store()), 1);
  EXPECT_THAT(Clear(), UnorderedElementsAre(Pair("parties/tap0", 10)));
}

TEST_F(Declining, HoldsBetweenRoundsAndAfterARestart) {
  DeclineByTheCheaper();
  MakeUrgent();
  for (const bool restarted : {false, true}) {
    if (restarted) market_.Restart();
    const v1::ListCandidatesResponse listed = List(kNeed);
    ASSERT_EQ(listed.candidates_size(), 1);
    EXPECT_EQ(listed.candidates(0).offer(), "taps/tap1/offers/o");
  }
  const auto now = MatchNow();
  ASSERT_TRUE(now.ok()) << now.status();
  ASSERT_EQ(now->matches_size(), 1);
  EXPECT_EQ(now->matches(0).tap(), "parties/tap1");
  DeclineAs(Cooperative(now->matches(0)), now->matches(0));
  const absl::Status none = MatchNow().status();
  EXPECT_EQ(ReasonOf(none), "DECLINED");
  EXPECT_THAT(std::string(none.message()), HasSubstr("said no before to each of the 2 offers"));
}

// Whoever declines all others would else have them make the market thin, and the limit waived.
TEST_F(Declining, LiftsNoLimit) {
  DeclineByTheCheaper();
  SetLimit(5'000, /*min_controllers=*/2);
  EXPECT_EQ(Clear().count("parties/tap0"), 0u);
  for (const v1::Match& match : Matches(round_))
    EXPECT_THAT(match.flags(), testing::Not(testing::Contains(v1::Match::FLAG_SOLE_SOURCE)));
  EXPECT_EQ(UnitsOf(round_), 5);
  MakeUrgent();
  const auto listed = List(kNeed);
  for (const v1::SegmentLimit& limit : listed.segment_limits()) EXPECT_FALSE(limit.thin());
}

}  // namespace
}  // namespace ayni::services
