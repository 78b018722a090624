#include <gmock/gmock.h>

#include <map>
#include <set>
#include <utility>

#include "services/match/lapses.h"
#include "services/match/payments.h"
#include "services/resource/time.h"
#include "tests/services/match/spoken_market.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;
using State = v1::Match::State;

class MatchLife : public SpokenMarket {
 protected:
  // The one match of a round of one need of 10 units and one offer of 100.
  v1::Match Propose() {
    Fill(1, 10, 1, 100);
    market_.CreateRound("r1");
    market_.Publish("rounds/r1");
    const std::vector<v1::Match> matches = Matches("rounds/r1");
    EXPECT_EQ(matches.size(), 1);
    return matches.at(0);
  }
  // As if the match had just been made, and its round published.
  v1::Match Renew(v1::Match proposed) {
    *proposed.mutable_answer_by_time() = ToTimestamp(market_.now() + absl::Hours(168));
    market_.Put(proposed);
    v1::Need need = ReadNeed(0);
    need.set_matched_quantity(10);
    need.set_state(v1::Need::STATE_MATCHED);
    market_.Put(need);
    v1::Offer offer = ReadOffer(0);
    offer.set_booked_quantity(10);
    market_.Put(offer);
    v1::Round round = market_.Read<v1::Round>("rounds/r1");
    round.set_state(v1::Round::STATE_PUBLISHED);
    market_.Put(round);
    return proposed;
  }
  v1::Match Again(const v1::Match& match) { return market_.Read<v1::Match>(match.name()); }
  // Leads a proposed match to that state by the shortest way.
  v1::Match LeadTo(State state, v1::Match match) {
    const auto say = [&](const absl::StatusOr<v1::Match>& said) { EXPECT_TRUE(said.ok()) << said.status(); };
    if (state == v1::Match::STATE_PROPOSED) return match;
    if (state == v1::Match::STATE_DECLINED) {
      say(Say(Tap(match), match.name(), Decline()));
      return Again(match);
    }
    if (state == v1::Match::STATE_LAPSED) {
      market_.Advance(absl::Hours(169));
      EXPECT_EQ(*LapseMatches(market_.now(), &market_.store()), 1);
      return Again(match);
    }
    if (state == v1::Match::STATE_UNDONE) {
      EXPECT_TRUE(Undo("rounds/r1", "wrong policy").ok());
      return Again(match);
    }
    say(Say(Cooperative(match), match.name(), v1::AcceptMatchRequest()));
    say(Say(Tap(match), match.name(), v1::AcceptMatchRequest()));
    if (state == v1::Match::STATE_ACCEPTED) return Again(match);
    if (state == v1::Match::STATE_CANCELLED) {
      say(Say(Tap(match), match.name(), Cancel()));
      return Again(match);
    }
    say(Say(Tap(match), match.name(), v1::StartMatchRequest()));
    if (state == v1::Match::STATE_IN_SERVICE) return Again(match);
    say(Say(Tap(match), match.name(), Deliver(8)));
    if (state == v1::Match::STATE_DELIVERED) return Again(match);
    if (state == v1::Match::STATE_DISPUTED) {
      say(Say(Cooperative(match), match.name(), Dispute()));
      return Again(match);
    }
    say(Say(Cooperative(match), match.name(), Confirm()));
    if (state == v1::Match::STATE_CONFIRMED) return Again(match);
    say(Say(Tap(match), match.name(), Settle(match, 8)));
    return Again(match);
  }
  void ExpectHeld(int64_t units) {
    EXPECT_EQ(ReadNeed(0).matched_quantity(), units);
    EXPECT_EQ(ReadOffer(0).booked_quantity(), units);
    EXPECT_EQ(ReadNeed(0).state(), units < 10 ? v1::Need::STATE_OPEN : v1::Need::STATE_MATCHED);
  }
  // Units that the live market says that limits count, of the only TAP.
  int64_t HeldUnderLimit() {
    // Asked about another need: what was declined is no candidate any more.
    market_.Put(ANeed(market_, "coop0", "another", 1));
    const v1::ListCandidatesResponse listed = List("cooperatives/coop0/needs/another");
    return listed.candidates_size() == 0 ? -1 : listed.candidates(0).limits(0).held_quantity();
  }
};

TEST_F(MatchLife, GoesFromProposalToSettlement) {
  v1::Match match = Propose();
  EXPECT_EQ(match.state(), v1::Match::STATE_PROPOSED);
  auto said = Say(Tap(match), match.name(), v1::AcceptMatchRequest());
  ASSERT_TRUE(said.ok()) << said.status();
  EXPECT_EQ(said->state(), v1::Match::STATE_PROPOSED);
  said = Say(Cooperative(match), match.name(), v1::AcceptMatchRequest());
  ASSERT_TRUE(said.ok()) << said.status();
  EXPECT_EQ(said->state(), v1::Match::STATE_ACCEPTED);
  EXPECT_EQ(said->tap_yes().principal(), "principals/tap");
  EXPECT_EQ(said->cooperative_yes().principal(), "principals/cooperative");
  said = Say(Tap(match), match.name(), v1::StartMatchRequest());
  ASSERT_TRUE(said.ok()) << said.status();
  EXPECT_EQ(said->state(), v1::Match::STATE_IN_SERVICE);
  said = Say(Tap(match), match.name(), Deliver());
  ASSERT_TRUE(said.ok()) << said.status();
  EXPECT_EQ(said->delivery().quantity(), 10);
  said = Say(Cooperative(match), match.name(), Confirm());
  ASSERT_TRUE(said.ok()) << said.status();
  EXPECT_EQ(said->confirmation().rating(), 4);
  EXPECT_EQ(said->confirmation().benefit_seen(), "even fleeces");
  said = Say(Tap(match), match.name(), Settle(match, 10));
  ASSERT_TRUE(said.ok()) << said.status();
  EXPECT_EQ(said->state(), v1::Match::STATE_SETTLED);
  ExpectHeld(10);
}

// By state, the verbs that it allows, as the picture of a match's life has them.
TEST_F(MatchLife, AllowsInEachStateWhatBelongsThereAndNothingElse) {
  const std::map<State, std::set<std::string>> allowed = {
      {v1::Match::STATE_PROPOSED, {"Acknowledge", "Accept", "Decline", "CancelByAdministrator"}},
      {v1::Match::STATE_ACCEPTED,
       {"Acknowledge", "Accept", "Start", "Deliver", "Cancel", "CancelByAdministrator"}},
      {v1::Match::STATE_IN_SERVICE, {"Start", "Deliver", "Cancel", "CancelByAdministrator", "Dispute"}},
      {v1::Match::STATE_DELIVERED, {"Deliver", "Confirm", "Dispute"}},
      {v1::Match::STATE_DISPUTED, {"Decide"}},
      {v1::Match::STATE_CONFIRMED, {"Settle", "Dispute"}},
      {v1::Match::STATE_SETTLED, {}},
      {v1::Match::STATE_DECLINED, {}},
      {v1::Match::STATE_LAPSED, {}},
      {v1::Match::STATE_CANCELLED, {}},
      {v1::Match::STATE_UNDONE, {}}};
  const v1::Match proposed = Propose();
  ASSERT_EQ(allowed.size(), v1::Match::State_descriptor()->value_count() - 1);
  for (const auto& [state, verbs] : allowed) {
    const v1::Match match = LeadTo(state, Renew(proposed));
    ASSERT_EQ(match.state(), state);
    const std::string& name = match.name();
    const auto only_checked = [](auto request) {
      request.set_validate_only(true);
      return request;
    };
    const std::map<std::string, absl::Status> said = {
        {"Acknowledge", Say(Cooperative(match), name, only_checked(v1::AcknowledgeMatchRequest())).status()},
        {"Accept", Say(Tap(match), name, only_checked(v1::AcceptMatchRequest())).status()},
        {"Decline", Say(Cooperative(match), name, only_checked(Decline())).status()},
        {"Start", Say(Tap(match), name, only_checked(v1::StartMatchRequest())).status()},
        {"Deliver", Say(Tap(match), name, only_checked(Deliver())).status()},
        {"Confirm", Say(Cooperative(match), name, only_checked(Confirm())).status()},
        {"Settle", Say(Tap(match), name, only_checked(Settle(match, 8))).status()},
        {"Cancel", Say(Cooperative(match), name, only_checked(Cancel())).status()},
        {"CancelByAdministrator", Say(Administrator(), name, only_checked(Cancel())).status()},
        {"Dispute", Say(Tap(match), name, only_checked(Dispute())).status()},
        {"Decide",
         Say(Administrator(), name, only_checked(Decide(v1::Dispute::OUTCOME_DELIVERED))).status()}};
    for (const auto& [verb, status] : said) {
      EXPECT_EQ(status.ok(), verbs.count(verb) == 1)
          << verb << " in " << v1::Match::State_Name(state) << ": " << status;
      EXPECT_TRUE(status.ok() || absl::IsFailedPrecondition(status)) << status;
    }
  }
}

TEST_F(MatchLife, GivesItsUnitsBackTheMomentThatItEnds) {
  const v1::Match proposed = Propose();
  SetLimit(9'000);
  for (const State state : {v1::Match::STATE_DECLINED, v1::Match::STATE_CANCELLED, v1::Match::STATE_LAPSED}) {
    LeadTo(state, Renew(proposed));
    ExpectHeld(0);
    EXPECT_EQ(HeldUnderLimit(), 0) << v1::Match::State_Name(state);
  }
}

TEST_F(MatchLife, KeepsItsNeedAndOfferFromBeingDeletedWhileItHolds) {
  const v1::Match match = Propose();
  v1::DeleteNeedRequest request;
  request.set_name(match.need());
  const auto kept = market_.Call<google::protobuf::Empty>("ayni.v1.NeedService/DeleteNeed", request);
  EXPECT_THAT(kept.status().message(), HasSubstr("unless the match is declined, lapses or is cancelled"));
  ASSERT_TRUE(Say(Cooperative(match), match.name(), Decline()).ok());
  const auto deleted = market_.Call<google::protobuf::Empty>("ayni.v1.NeedService/DeleteNeed", request);
  EXPECT_TRUE(deleted.ok()) << deleted.status();
}

TEST_F(MatchLife, SaysWhoEndedItAndWhy) {
  const v1::Match match = LeadTo(v1::Match::STATE_ACCEPTED, Propose());
  v1::CancelMatchRequest cancel = Cancel();
  cancel.set_after_visit(true);
  const auto said = Say(Cooperative(match), match.name(), cancel);
  ASSERT_TRUE(said.ok()) << said.status();
  EXPECT_EQ(said->ending().side(), v1::SIDE_COOPERATIVE);
  EXPECT_EQ(said->ending().reason(), "the road is closed");
  EXPECT_TRUE(said->ending().after_visit());
  EXPECT_EQ(said->ending().word().principal(), "principals/cooperative");
}

TEST_F(MatchLife, PutsWhatWasNotDeliveredBackWithTheConfirmation) {
  const v1::Match match = LeadTo(v1::Match::STATE_DELIVERED, Propose());
  ExpectHeld(10);
  ASSERT_TRUE(Say(Cooperative(match), match.name(), Confirm()).ok());
  ExpectHeld(8);
}

TEST_F(MatchLife, IsAcceptedOnlyInTime) {
  const v1::Match match = Propose();
  EXPECT_EQ(match.answer_by_time().seconds() - match.create_time().seconds(), 168 * 3600);
  ASSERT_TRUE(Say(Tap(match), match.name(), v1::AcceptMatchRequest()).ok());
  market_.Advance(absl::Hours(168));
  EXPECT_EQ(*LapseMatches(market_.now(), &market_.store()), 0);
  market_.Advance(absl::Seconds(1));
  const auto late = Say(Cooperative(match), match.name(), v1::AcceptMatchRequest());
  EXPECT_EQ(late.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(late.status().message(), HasSubstr("could be accepted until 2026-12-01T18:00:00"));
  market_.Advance(absl::Seconds(1));
  EXPECT_EQ(*LapseMatches(market_.now(), &market_.store()), 1);
  EXPECT_EQ(Again(match).state(), v1::Match::STATE_LAPSED);
  EXPECT_EQ(Again(match).ending().side(), v1::SIDE_UNSPECIFIED);
  EXPECT_EQ(*LapseMatches(market_.now(), &market_.store()), 0);
  ExpectHeld(0);
}

TEST_F(MatchLife, WaitsNoLongerThanItsNeedOrThePolicySays) {
  v1::Policy policy = APolicy();
  policy.mutable_match_terms()->set_answer_hours(1'000);
  policy.mutable_match_terms()->set_critical_answer_hours(2);
  v1::Match match;
  *match.mutable_create_time() = ToTimestamp(market_.now());
  v1::Need need = ANeed(market_, "coop0", "n", 1);
  // The last day of the window is 24 December, and is over everywhere at noon of the next, UTC.
  EXPECT_EQ(AnswerByTime(match, need, policy.match_terms()),
            absl::FromCivil(absl::CivilHour(2026, 12, 25, 12), absl::UTCTimeZone()));
  need.set_urgency(v1::URGENCY_CRITICAL);
  EXPECT_EQ(AnswerByTime(match, need, policy.match_terms()), market_.now() + absl::Hours(2));
}

TEST_F(MatchLife, IsAcceptedByTheCooperativeOnceItHasSeenWhatIsFlagged) {
  v1::Match match = Propose();
  match.add_conflicts()->set_severity(v1::CONFLICT_SEVERITY_FLAG);
  market_.Put(match);
  EXPECT_TRUE(Say(Tap(match), match.name(), v1::AcceptMatchRequest()).ok());
  const auto blind = Say(Cooperative(match), match.name(), v1::AcceptMatchRequest());
  EXPECT_THAT(blind.status().message(), HasSubstr("says first that it has seen them"));
  ASSERT_TRUE(Say(Cooperative(match), match.name(), v1::AcknowledgeMatchRequest()).ok());
  const auto seen = Say(Cooperative(match), match.name(), v1::AcceptMatchRequest());
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ(seen->state(), v1::Match::STATE_ACCEPTED);
}

TEST_F(MatchLife, IsSpokenOfByItsOwnSidesOnly) {
  const v1::Match match = LeadTo(v1::Match::STATE_DELIVERED, Propose());
  const Caller other{"principals/other", v1::ROLE_COOPERATIVE, "parties/coop9"};
  EXPECT_EQ(Say(other, match.name(), Confirm()).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Say(Tap(match), match.name(), Confirm()).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Say(Cooperative(match), match.name(), Deliver()).status().code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Say(Administrator(), match.name(), Dispute()).status().code(),
            absl::StatusCode::kPermissionDenied);
  ASSERT_TRUE(Say(Cooperative(match), match.name(), Dispute()).ok());
  // Nor decides one who acts for a side.
  for (const std::string& party : {match.tap(), match.cooperative()}) {
    const Caller concerned{"principals/concerned", v1::ROLE_ADMINISTRATOR, party};
    EXPECT_EQ(Say(concerned, match.name(), Decide(v1::Dispute::OUTCOME_DELIVERED)).status().code(),
              absl::StatusCode::kPermissionDenied);
  }
  EXPECT_EQ(Say(Tap(match), match.name(), Decide(v1::Dispute::OUTCOME_DELIVERED)).status().code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(MatchLife, IsDecidedWhereTheSidesDisagree) {
  const v1::Match match = LeadTo(v1::Match::STATE_DISPUTED, Propose());
  ExpectHeld(10);
  EXPECT_THAT(
      Say(Administrator(), match.name(), Decide(v1::Dispute::OUTCOME_PARTLY_DELIVERED, 8)).status().message(),
      HasSubstr("must be at least 1 and less than what is disputed, 8"));
  EXPECT_THAT(
      Say(Administrator(), match.name(), Decide(v1::Dispute::OUTCOME_DELIVERED, 3)).status().message(),
      HasSubstr("must be left out"));
  auto decided = Say(Administrator(), match.name(), Decide(v1::Dispute::OUTCOME_PARTLY_DELIVERED, 3));
  ASSERT_TRUE(decided.ok()) << decided.status();
  EXPECT_EQ(decided->state(), v1::Match::STATE_CONFIRMED);
  EXPECT_EQ(decided->confirmation().quantity(), 3);
  EXPECT_EQ(decided->dispute().decision().principal(), "principals/administrator");
  ExpectHeld(3);
  // And once only.
  EXPECT_THAT(Say(Tap(match), match.name(), Dispute()).status().message(), HasSubstr("was disputed before"));
}

TEST_F(MatchLife, ComesToNothingWhereNothingWasDelivered) {
  const v1::Match match = LeadTo(v1::Match::STATE_DISPUTED, Propose());
  const auto decided = Say(Administrator(), match.name(), Decide(v1::Dispute::OUTCOME_NOT_DELIVERED));
  ASSERT_TRUE(decided.ok()) << decided.status();
  EXPECT_EQ(decided->state(), v1::Match::STATE_CANCELLED);
  EXPECT_EQ(decided->ending().side(), v1::SIDE_ADMINISTRATOR);
  ExpectHeld(0);
}

TEST_F(MatchLife, IsSettledByWhatIsDue) {
  const v1::Match match = LeadTo(v1::Match::STATE_CONFIRMED, Propose());
  v1::SettleMatchRequest settle = Settle(match, 8);
  settle.mutable_payments(0)->mutable_amount()->set_minor_units(399'999);
  const auto less = Say(Tap(match), match.name(), settle);
  EXPECT_EQ(less.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(less.status().message(), HasSubstr("must come to 4000.00 PEN, come to 3999.99 PEN"));
  // A sack of potatoes of declared value, and the rest by the cooperative.
  settle.mutable_payments(0)->mutable_amount()->set_minor_units(100'000);
  settle.mutable_payments(0)->set_in_kind("20 sacks of potatoes");
  v1::Payment* rest = settle.add_payments();
  rest->set_payer(v1::PAYER_COOPERATIVE);
  rest->mutable_amount()->set_currency("PEN");
  rest->mutable_amount()->set_minor_units(300'000);
  const auto settled = Say(Tap(match), match.name(), settle);
  ASSERT_TRUE(settled.ok()) << settled.status();
  EXPECT_EQ(settled->settlement().payments(0).in_kind(), "20 sacks of potatoes");
}

TEST_F(MatchLife, IsDueByTheOffersCharge) {
  v1::Match match;
  match.mutable_unit_price()->set_minor_units(333);
  v1::Offer offer;
  offer.mutable_fee_for_service();
  EXPECT_EQ(DueFor(match, offer, 10).producers, 3'330);
  offer.mutable_subsidised()->set_producer_share_basis_points(2'270);
  EXPECT_EQ(DueFor(match, offer, 10).producers, 755);
  EXPECT_EQ(DueFor(match, offer, 10).funder, 2'575);
  offer.mutable_embedded();
  EXPECT_EQ(DueFor(match, offer, 10).producers + DueFor(match, offer, 10).funder, 0);
}

TEST_F(MatchLife, NamesEveryFieldThatIsWrong) {
  const v1::Match match = LeadTo(v1::Match::STATE_DELIVERED, Propose());
  const auto empty = Say(Cooperative(match), match.name(), v1::ConfirmMatchRequest());
  EXPECT_EQ(empty.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(empty.status().message(), testing::AllOf(HasSubstr("benefit_seen"), HasSubstr("rating")));
  v1::DeliverMatchRequest deliver = Deliver(11);
  deliver.mutable_date()->set_year(2027);
  const auto wrong = Say(Tap(match), match.name(), deliver);
  EXPECT_THAT(wrong.status().message(), testing::AllOf(HasSubstr("must be at most what was matched, 10"),
                                                       HasSubstr("must not be after today")));
  deliver = Deliver();
  deliver.mutable_date()->set_day(1);
  EXPECT_THAT(Say(Tap(match), match.name(), deliver).status().message(),
              HasSubstr("must not be before the match was made, on 2026-11-24"));
}

TEST_F(MatchLife, KeepsAWordThatIsRepeated) {
  const v1::Match match = Propose();
  v1::AcceptMatchRequest accept;
  accept.set_request_id("once");
  const auto first = Say(Tap(match), match.name(), accept);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(Say(Cooperative(match), match.name(), v1::AcceptMatchRequest()).ok());
  // The lost answer comes again, though the match went on; and a new yes adds nothing.
  const auto repeated = Say(Tap(match), match.name(), accept);
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_EQ(repeated->DebugString(), first->DebugString());
  const storage::Sequence before = market_.store().sequence();
  EXPECT_TRUE(Say(Tap(match), match.name(), v1::AcceptMatchRequest()).ok());
  EXPECT_EQ(market_.store().sequence(), before);
}

TEST_F(MatchLife, KeepsItsRoundFromBeingUndoneOnceAccepted) {
  Fill(2, 10, 2, 10);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  const std::vector<v1::Match> matches = Matches("rounds/r1");
  ASSERT_EQ(matches.size(), 2);
  ASSERT_TRUE(Say(Tap(matches[0]), matches[0].name(), Decline()).ok());
  ASSERT_TRUE(Say(Tap(matches[1]), matches[1].name(), v1::AcceptMatchRequest()).ok());
  ASSERT_TRUE(Say(Cooperative(matches[1]), matches[1].name(), v1::AcceptMatchRequest()).ok());
  const auto refused = Undo("rounds/r1", "wrong policy");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(refused.status().message(), HasSubstr("both sides accepted " + matches[1].name()));
}

TEST_F(MatchLife, GivesBackOnlyOnceWhenItsRoundIsUndone) {
  Fill(2, 10, 2, 10);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  const v1::Match declined = Matches("rounds/r1").at(0);
  ASSERT_TRUE(Say(Tap(declined), declined.name(), Decline()).ok());
  ASSERT_TRUE(Undo("rounds/r1", "wrong policy").ok());
  EXPECT_EQ(Again(declined).state(), v1::Match::STATE_DECLINED);
  for (int at = 0; at < 2; ++at) {
    EXPECT_EQ(ReadNeed(at).matched_quantity(), 0);
    EXPECT_EQ(ReadOffer(at).booked_quantity(), 0);
  }
}

}  // namespace
}  // namespace ayni::services
