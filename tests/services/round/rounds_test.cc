#include "services/round/rounds.h"

#include <gmock/gmock.h>
#include <google/protobuf/empty.pb.h>

#include <functional>

#include "ayni/v1/ledger.pb.h"
#include "ayni/v1/need_service.pb.h"
#include "ayni/v1/offer_service.pb.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

using google::longrunning::Operation;
using testing::HasSubstr;

class Round : public RoundMarket {};

TEST_F(Round, PublishesMatchesAndTakesWhatTheyTake) {
  Fill(2, 10, 2, 8);
  market_.CreateRound("r1");
  const v1::Round round = market_.Publish("rounds/r1");
  EXPECT_EQ(UnitsOf("rounds/r1"), 16);
  EXPECT_EQ(round.summary().need_count(), 2);
  EXPECT_EQ(round.summary().offer_count(), 2);
  EXPECT_EQ(round.summary().candidate_count(), 4);
  EXPECT_EQ(round.summary().demanded_quantity(), 20);
  EXPECT_EQ(round.summary().matched_quantity(), 16);
  EXPECT_EQ(round.summary().match_count(), static_cast<int64_t>(Matches("rounds/r1").size()));
  EXPECT_EQ(round.summary().problem_digest().size(), 32u);
  EXPECT_GE(round.summary().upper_bound(), round.summary().value());
  EXPECT_EQ(round.publish_time().seconds(), absl::ToUnixSeconds(market_.now()));
  EXPECT_FALSE(round.etag().empty());
  int64_t matched = 0;
  for (int at = 0; at < 2; ++at) {
    const v1::Need need = ReadNeed(at);
    matched += need.matched_quantity();
    EXPECT_EQ(need.state() == v1::Need::STATE_MATCHED, need.matched_quantity() == need.quantity());
    EXPECT_EQ(ReadOffer(at).booked_quantity(), 8);
    EXPECT_EQ(ReadOffer(at).state(), v1::Offer::STATE_BOOKED);
  }
  EXPECT_EQ(matched, 16);
}

TEST_F(Round, AMatchSaysWhoWhatAndWhy) {
  Fill(1, 10, 1, 10);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  const std::vector<v1::Match> matches = Matches("rounds/r1");
  ASSERT_EQ(matches.size(), 1u);
  const v1::Match& match = matches[0];
  EXPECT_EQ(match.name(), "rounds/r1/matches/m000001");
  EXPECT_EQ(match.need(), "cooperatives/coop0/needs/n");
  EXPECT_EQ(match.offer(), "taps/tap0/offers/o");
  EXPECT_EQ(match.cooperative(), "parties/coop0");
  EXPECT_EQ(match.tap(), "parties/tap0");
  EXPECT_EQ(match.service(), "services/s");
  EXPECT_EQ(match.value_chain(), "valueChains/c");
  EXPECT_EQ(match.district(), "territories/d0");
  EXPECT_EQ(match.quantity(), 10);
  EXPECT_EQ(match.unit_price().minor_units(), 50'000);
  EXPECT_EQ(match.unit_price().currency(), "PEN");
  EXPECT_EQ(match.score_parts().price(), 500);
  EXPECT_EQ(match.score_parts().expected_success(), 750);
  EXPECT_EQ(match.distance_m(), 0);
  EXPECT_EQ(match.state(), v1::Match::STATE_PROPOSED);
}

TEST_F(Round, WhereNothingFitsIsPublishedWithoutMatches) {
  Fill(1, 10, 0, 0);
  market_.CreateRound("r1");
  const v1::Round round = market_.Publish("rounds/r1");
  EXPECT_EQ(round.summary().match_count(), 0);
  EXPECT_EQ(round.summary().need_count(), 1);
  EXPECT_EQ(round.summary().demanded_quantity(), 10);
  EXPECT_TRUE(Matches("rounds/r1").empty());
}

// What no offer can serve must not change what others get: a vast need at no price, and one whose days are
// over.
TEST_F(Round, NeedsThatNobodyCanServeChangeNothing) {
  Fill(1, 100, 4, 100);
  SetLimit(3'000);
  market_.CreateRound("r1");
  const v1::Round before = market_.Publish("rounds/r1");
  const std::map<std::string, int64_t> given = UnitsByTap("rounds/r1");
  ASSERT_TRUE(Undo("rounds/r1", "to clear it again").ok());

  v1::Need unservable = ANeed(market_, "coop0", "vast", 1'000'000'000);
  unservable.mutable_highest_unit_price()->set_minor_units(0);
  market_.Put(unservable);
  v1::Need over = ANeed(market_, "coop0", "over", 1'000'000'000);
  over.mutable_window()->mutable_start_date()->set_year(2025);
  over.mutable_window()->mutable_end_date()->set_year(2025);
  market_.Put(over);
  CreateWithSeed("r2", before.seed());
  const v1::Round after = market_.Publish("rounds/r2");
  EXPECT_EQ(UnitsByTap("rounds/r2"), given);
  EXPECT_EQ(after.summary().reached_quantity(), before.summary().reached_quantity());
  EXPECT_EQ(after.summary().need_count(), 2);
  EXPECT_EQ(after.summary().demanded_quantity(), 1'000'000'100);
  const auto reports = market_.ReadAll<v1::SegmentReport>("rounds/r2/");
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].demanded_quantity(), 100);
  EXPECT_EQ(reports[0].unreached_quantity(), 1'000'000'000);
  EXPECT_EQ(reports[0].shares(0).cap(), 30);
}

TEST_F(Round, VastNeedsOfOneCooperativeDoNotBlockIt) {
  Fill(1, 100, 1, 1'000'000'000);
  std::vector<v1::Need> vast;
  for (int at = 0; at < 9'001; ++at) {
    vast.push_back(ANeed(market_, "coop0", absl::StrCat("vast", at), 1'000'000'000));
  }
  market_.PutNew(vast);
  market_.CreateRound("r1");
  EXPECT_EQ(market_.Publish("rounds/r1").state(), v1::Round::STATE_PUBLISHED);
  EXPECT_EQ(UnitsOf("rounds/r1"), 1'000'000'000);
}

TEST_F(Round, ANeedIsServedWhenAllThatItLacksIsMatched) {
  Fill(1, 10, 1, 8);
  market_.CreateRound("r1");
  const v1::Round round = market_.Publish("rounds/r1");
  EXPECT_EQ(round.summary().served_need_count(), 0);
  EXPECT_EQ(round.summary().partly_served_need_count(), 1);
  EXPECT_EQ(round.summary().reached_quantity(), 8);
}

TEST_F(Round, OfAnEmptyMarketIsPublished) {
  LayTerritory(&market_);
  market_.CreateRound("r1");
  EXPECT_EQ(market_.Publish("rounds/r1").summary().need_count(), 0);
}

TEST_F(Round, LeavesOutWhatChangedSinceTheSnapshot) {
  Fill(3, 10, 3, 10);
  market_.CreateRound("r1");
  WhileCleared([this] {
    ChangeSecondNeed();
    v1::Offer other = ReadOffer(2);
    other.set_capacity(11);
    market_.Put(other);
  });
  const v1::Round round = market_.Publish("rounds/r1");
  EXPECT_GT(round.summary().superseded_count(), 0);
  EXPECT_GT(round.summary().match_count(), 0);
  EXPECT_EQ(round.summary().match_count(), static_cast<int64_t>(Matches("rounds/r1").size()));
  EXPECT_EQ(ReadNeed(1).matched_quantity(), 0);
  EXPECT_EQ(ReadNeed(1).note(), "changed while the round was cleared");
  EXPECT_EQ(ReadOffer(2).booked_quantity(), 0);
  EXPECT_EQ(ReadNeed(0).matched_quantity() + ReadNeed(2).matched_quantity(), UnitsOf("rounds/r1"));
  for (const v1::Match& match : Matches("rounds/r1")) {
    EXPECT_NE(match.need(), "cooperatives/coop1/needs/n");
    EXPECT_NE(match.offer(), "taps/tap2/offers/o");
  }
}

// Of four who each hold a quarter of what is matched two are left, of which neither may hold half.
TEST_F(Round, KeepsToTheCapsOfWhatIsLeftOnceSomeIsLeftOut) {
  Fill(4, 25, 4, 25);
  SetLimit(4'000);
  v1::Policy policy = market_.Read<v1::Policy>(APolicy().name());
  policy.mutable_limits(0)->set_basis(v1::LIMIT_BASIS_MATCHED);
  market_.Put(policy);
  market_.CreateRound("r1");
  WhileCleared([this] { ChangeLastTwoOffersOfFour(); });
  const v1::RoundSummary summary = market_.Publish("rounds/r1").summary();
  const int64_t all = UnitsOf("rounds/r1");
  EXPECT_GT(all, 0);
  for (const auto& [tap, units] : UnitsByTap("rounds/r1")) EXPECT_LE(units, (4 * all + 9) / 10) << tap;
  EXPECT_EQ(summary.matched_quantity(), all);
  ASSERT_EQ(summary.left_out_size(), 2);
  EXPECT_EQ(summary.left_out(0).reason(), v1::LeftOut::REASON_SUPERSEDED);
  EXPECT_EQ(summary.left_out(0).quantity(), 50);
  EXPECT_EQ(summary.left_out(1).reason(), v1::LeftOut::REASON_ABOVE_FINAL_CAP);
  EXPECT_EQ(summary.left_out(1).quantity(), 50 - all);
  const auto reports = market_.ReadAll<v1::SegmentReport>("rounds/r1/segmentReports/");
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].volume(), all);
  EXPECT_EQ(reports[0].shares(0).cap(), (4 * all + 9) / 10);
  // What is left out is given back.
  EXPECT_EQ(ReadOffer(0).booked_quantity() + ReadOffer(1).booked_quantity(), all);
}

TEST_F(Round, LeavesOutANeedThatWasDeleted) {
  Fill(2, 10, 2, 10);
  market_.CreateRound("r1");
  market_.rounds_store().before_commit = [this](const storage::Change& change) {
    if (change.puts.size() >= 4) market_.Delete<v1::Need>("cooperatives/coop1/needs/n");
  };
  const v1::Round round = market_.Publish("rounds/r1");
  EXPECT_GT(round.summary().superseded_count(), 0);
  EXPECT_EQ(UnitsOf("rounds/r1"), 10);
  EXPECT_EQ(ReadNeed(1).name(), "");
}

TEST_F(Round, UndoingGivesEverythingBack) {
  Fill(2, 10, 2, 8);
  SetLimit(6'000);
  const v1::Need need_before = ReadNeed(0);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  EXPECT_EQ(Undo("rounds/r1", "").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Undo("rounds/r1", "a mistake", "stale").status().code(), absl::StatusCode::kAborted);
  const auto undone = Undo("rounds/r1", "a mistake");
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(undone->state(), v1::Round::STATE_UNDONE);
  EXPECT_EQ(undone->undo_reason(), "a mistake");
  for (int at = 0; at < 2; ++at) {
    EXPECT_EQ(ReadNeed(at).matched_quantity(), 0);
    EXPECT_EQ(ReadNeed(at).state(), v1::Need::STATE_OPEN);
    EXPECT_EQ(ReadOffer(at).booked_quantity(), 0);
    EXPECT_EQ(ReadOffer(at).state(), v1::Offer::STATE_OPEN);
  }
  for (const v1::Match& match : Matches("rounds/r1")) EXPECT_EQ(match.state(), v1::Match::STATE_UNDONE);
  EXPECT_EQ(Undo("rounds/r1", "again").status().code(), absl::StatusCode::kFailedPrecondition);
  const auto delete_need = [&](const v1::Need& need) {
    v1::DeleteNeedRequest request;
    request.set_name(need.name());
    request.set_validate_only(true);
    return market_.Call<google::protobuf::Empty>("ayni.v1.NeedService/DeleteNeed", request).status();
  };
  EXPECT_EQ(delete_need(need_before), absl::OkStatus());
  // What was undone holds nothing: the same round again comes out the same.
  const int64_t units = 16;
  market_.CreateRound("r2");
  market_.Publish("rounds/r2");
  EXPECT_EQ(UnitsOf("rounds/r2"), units);
  EXPECT_THAT(std::string(delete_need(need_before).message()),
              HasSubstr("unless the match is declined, lapses or is cancelled"));
}

TEST_F(Round, IsNotUndoneOverANeedThatLostItsCount) {
  Fill(1, 10, 1, 10);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  v1::Need need = ReadNeed(0);
  need.set_matched_quantity(3);
  market_.Put(need);
  EXPECT_EQ(Undo("rounds/r1", "a mistake").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(market_.Read<v1::Round>("rounds/r1").state(), v1::Round::STATE_PUBLISHED);
}

TEST_F(Round, FixesTheTermsOfWhatItMatchesUntilItIsUndone) {
  Fill(1, 10, 1, 15);
  v1::Service service = market_.Read<v1::Service>("services/s");
  service.set_unit(v1::UNIT_VISIT);
  market_.Put(service);
  v1::Territory district = market_.Read<v1::Territory>("territories/d0");
  district.set_name("territories/inei.080601");
  market_.Put(district);
  v1::Need need = ReadNeed(0);
  need.set_district(district.name());
  market_.Put(need);
  v1::Offer offer = ReadOffer(0);
  offer.mutable_coverage()->set_territories(0, district.name());
  offer.mutable_fee_for_service();
  offer.set_deliverable("Dosed animals and a signed record");
  offer.set_immediate_benefit("Fewer parasites within a week");
  market_.Put(offer);
  const auto update_need = [&](const std::function<void(v1::Need*)>& change) {
    v1::UpdateNeedRequest request;
    *request.mutable_need() = ReadNeed(0);
    change(request.mutable_need());
    return market_.Call<v1::Need>("ayni.v1.NeedService/UpdateNeed", request).status();
  };
  const auto update_offer = [&](const std::function<void(v1::Offer*)>& change) {
    v1::UpdateOfferRequest request;
    *request.mutable_offer() = ReadOffer(0);
    change(request.mutable_offer());
    return market_.Call<v1::Offer>("ayni.v1.OfferService/UpdateOffer", request).status();
  };
  const auto move_window = [](v1::Need* need) { need->mutable_window()->mutable_end_date()->set_year(2027); };
  const auto raise_price = [](v1::Offer* offer) { offer->mutable_unit_price()->set_minor_units(60'000); };
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");

  const absl::Status moved = update_need(move_window);
  EXPECT_TRUE(absl::IsFailedPrecondition(moved)) << moved;
  for (const char* part : {"cooperatives/coop0/needs/n can't change window while rounds/r1/matches/", "note"})
    EXPECT_THAT(std::string(moved.message()), HasSubstr(part));
  EXPECT_TRUE(absl::IsFailedPrecondition(update_need([](v1::Need* need) { need->set_quantity(11); })));
  EXPECT_TRUE(absl::IsInvalidArgument(update_need([](v1::Need* need) { need->set_quantity(9); })));
  EXPECT_EQ(update_need([](v1::Need* need) { need->set_note("Bring a rope"); }), absl::OkStatus());
  const absl::Status raised = update_offer(raise_price);
  EXPECT_TRUE(absl::IsFailedPrecondition(raised)) << raised;
  EXPECT_THAT(std::string(raised.message()), HasSubstr("unit_price while rounds/r1/matches/"));
  // Five of its units are free.
  EXPECT_EQ(update_offer([](v1::Offer* offer) { offer->set_capacity(20); }), absl::OkStatus());

  ASSERT_TRUE(Undo("rounds/r1", "to clear it again").ok());
  EXPECT_EQ(update_need(move_window), absl::OkStatus());
  EXPECT_EQ(update_offer(raise_price), absl::OkStatus());
  market_.CreateRound("r2");
  market_.Publish("rounds/r2");
  const absl::Status again =
      update_need([](v1::Need* need) { need->mutable_highest_unit_price()->set_minor_units(1); });
  EXPECT_THAT(std::string(again.message()), HasSubstr("highest_unit_price while rounds/r2/matches/"));
}

TEST_F(Round, ADraftCannotBeUndone) {
  Fill(1, 1, 1, 1);
  market_.CreateRound("r1");
  EXPECT_EQ(Undo("rounds/r1", "why").status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Undo("rounds/none", "why").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(Round, TryingStoresNothing) {
  Fill(2, 10, 2, 8);
  SetLimit(6'000);
  market_.CreateRound("r1");
  const storage::Sequence before = market_.store().sequence();
  const auto begun = market_.StartTry("rounds/r1");
  ASSERT_TRUE(begun.ok()) << begun.status();
  const Operation done = market_.Await(begun->name());
  v1::TryRoundResponse tried;
  ASSERT_TRUE(done.response().UnpackTo(&tried)) << done.error().message();
  EXPECT_EQ(market_.store().sequence(), before);
  EXPECT_EQ(tried.summary().matched_quantity(), 16);
  EXPECT_EQ(tried.segment_reports_size(), 1);
  ASSERT_GT(tried.matches_size(), 0);
  for (int at = 1; at < tried.matches_size(); ++at) {
    EXPECT_GE(tried.matches(at - 1).score(), tried.matches(at).score());
  }
  const v1::Round published = market_.Publish("rounds/r1");
  EXPECT_EQ(published.summary().problem_digest(), tried.summary().problem_digest());
  EXPECT_EQ(published.summary().solution_digest(), tried.summary().solution_digest());
}

TEST_F(Round, TheSameMarketGivesTheSameBytes) {
  Fill(5, 7, 4, 9);
  SetLimit(3'000);
  v1::Round first_draft = market_.CreateRound("r1");
  EXPECT_NE(CreateWithSeed("r2", first_draft.seed()).seed(), first_draft.seed());
  const v1::Round first = market_.Publish("rounds/r1");
  ASSERT_TRUE(Undo("rounds/r1", "to do it again").ok());
  market_.Restart();
  const v1::Round second = market_.Publish("rounds/r2");
  EXPECT_EQ(first.summary().problem_digest(), second.summary().problem_digest());
  EXPECT_EQ(first.summary().solution_digest(), second.summary().solution_digest());
}

TEST_F(Round, IsNotPublishedUnderADraftPolicy) {
  Fill(1, 10, 1, 10);
  v1::Policy draft = APolicy();
  draft.set_name("policies/draft");
  draft.set_state(v1::Policy::STATE_DRAFT);
  market_.Put(draft);
  v1::Round round;
  round.set_policy(draft.name());
  market_.CreateRound("r1", round);
  const absl::Status refused = market_.StartPublish("rounds/r1").status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_EQ(market_.Read<v1::Round>("rounds/r1").state(), v1::Round::STATE_DRAFT);
  EXPECT_TRUE(market_.StartTry("rounds/r1").ok());
}

TEST_F(Round, WhosePolicyIsGoneFailsAndSaysSo) {
  Fill(1, 10, 1, 10);
  market_.CreateRound("r1");
  market_.Delete<v1::Policy>("policies/p");
  const auto begun = market_.StartPublish("rounds/r1");
  ASSERT_TRUE(begun.ok());
  const Operation done = market_.Await(begun->name());
  EXPECT_EQ(done.error().code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(market_.Read<v1::Round>("rounds/r1").failure(), HasSubstr("policies/p"));
}

TEST_F(Round, LeavesOnlySealedEventsInTheLedger) {
  Fill(2, 10, 2, 8);
  const uint64_t first = market_.store().leaf_count();
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  ASSERT_TRUE(Undo("rounds/r1", "to see its leaves").ok());
  market_.CreateRound("r2");
  market_.RestartInTheMiddleOf("rounds/r2");
  const auto leaves = market_.store().ReadLeaves(first, 1'000);
  ASSERT_TRUE(leaves.ok()) << leaves.status();
  int unsealed = 0;
  for (const storage::Leaf& leaf : *leaves) {
    v1::LedgerEvent event;
    ASSERT_TRUE(event.ParseFromString(leaf.bytes));
    if (event.blind().empty()) ++unsealed;
  }
  EXPECT_GT(leaves->size(), 10u);
  EXPECT_EQ(unsealed, 1) << "what the test itself puts";
}

TEST_F(Round, AMatchSaysWhatTheTapHasToPlan) {
  Fill(1, 10, 1, 10);
  v1::Need need = ReadNeed(0);
  need.mutable_position()->set_latitude(-14.2);
  need.mutable_position()->set_longitude(-71.5);
  need.set_note("Ask for Rosa at the corral");
  market_.Put(need);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  const std::vector<v1::Match> matches = Matches("rounds/r1");
  ASSERT_EQ(matches.size(), 1u);
  EXPECT_EQ(matches[0].window().SerializeAsString(), need.window().SerializeAsString());
  EXPECT_EQ(matches[0].position().SerializeAsString(), need.position().SerializeAsString());
  EXPECT_EQ(matches[0].note(), need.note());
}

}  // namespace
}  // namespace ayni::services
