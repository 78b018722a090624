#include "services/round/rounds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/round_service.pb.h"
#include "tests/services/stored_market.h"

namespace ayni::services {
namespace {

using google::longrunning::Operation;
using testing::HasSubstr;

// Cooperatives of one need each and TAPs of one offer each, all in one province.
class Round : public testing::Test {
 protected:
  void Fill(int needs, int64_t quantity, int taps, int64_t capacity) {
    LayTerritory(&market_);
    for (int at = 0; at < needs; ++at) {
      market_.Put(ACooperative(absl::StrCat("coop", at)));
      market_.Put(ANeed(market_, absl::StrCat("coop", at), "n", quantity));
    }
    for (int at = 0; at < taps; ++at) {
      market_.Put(ATap(absl::StrCat("tap", at)));
      market_.Put(AnOffer(market_, absl::StrCat("tap", at), "o", capacity));
    }
  }

  // Every TAP may hold this share of the province, of what was matched in the last 30 days too.
  void SetLimit(int share_basis_points, int min_controllers = 0) {
    v1::Policy policy = APolicy();
    v1::Limit* limit = policy.add_limits();
    limit->set_id("tap-province");
    limit->set_controller_level(v1::CONTROLLER_LEVEL_TAP);
    limit->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
    limit->set_share_basis_points(share_basis_points);
    limit->set_basis(v1::LIMIT_BASIS_DEMAND);
    limit->set_window_days(30);
    limit->set_min_controllers(min_controllers);
    limit->set_thin_market_rule(v1::THIN_MARKET_RULE_WAIVE);
    market_.Put(policy);
  }

  std::vector<v1::Match> Matches(const std::string& round) {
    return market_.ReadAll<v1::Match>(round + "/matches/");
  }
  // Units of matches that stand, by TAP.
  std::map<std::string, int64_t> UnitsByTap(const std::string& round) {
    std::map<std::string, int64_t> units;
    for (const v1::Match& match : Matches(round)) {
      if (match.state() == v1::Match::STATE_PROPOSED) units[match.tap()] += match.quantity();
    }
    return units;
  }
  int64_t UnitsOf(const std::string& round) {
    int64_t units = 0;
    for (const auto& [tap, of_tap] : UnitsByTap(round)) units += of_tap;
    return units;
  }
  absl::StatusOr<v1::Round> Undo(const std::string& round, const std::string& reason,
                                 const std::string& etag = "") {
    v1::UndoRoundRequest request;
    request.set_name(round);
    request.set_reason(reason);
    request.set_etag(etag);
    return market_.Call<v1::Round>("ayni.v1.RoundService/UndoRound", request);
  }
  absl::Status CancelOperation(const std::string& operation) {
    google::longrunning::CancelOperationRequest request;
    request.set_name(operation);
    return market_.Call<google::protobuf::Empty>("google.longrunning.Operations/CancelOperation", request)
        .status();
  }
  absl::StatusOr<Operation> GetOperation(const std::string& operation) {
    google::longrunning::GetOperationRequest request;
    request.set_name(operation);
    return market_.Call<Operation>("google.longrunning.Operations/GetOperation", request);
  }
  v1::Need ReadNeed(int at) {
    return market_.Read<v1::Need>(absl::StrCat("cooperatives/coop", at, "/needs/n"));
  }
  v1::Offer ReadOffer(int at) { return market_.Read<v1::Offer>(absl::StrCat("taps/tap", at, "/offers/o")); }

  StoredMarket market_;
};

// Holds a clearing up at its snapshot until it is let go.
class Gate {
 public:
  explicit Gate(Interposed* store) {
    store->before_snapshot = [this] {
      reached_ = true;
      while (closed_) absl::SleepFor(absl::Milliseconds(1));
    };
  }
  void AwaitReached() const {
    while (!reached_) absl::SleepFor(absl::Milliseconds(1));
  }
  void Open() { closed_ = false; }

 private:
  std::atomic<bool> reached_ = false;
  std::atomic<bool> closed_ = true;
};

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

TEST_F(Round, OfAnEmptyMarketIsPublished) {
  LayTerritory(&market_);
  market_.CreateRound("r1");
  EXPECT_EQ(market_.Publish("rounds/r1").summary().need_count(), 0);
}

TEST_F(Round, NobodyHoldsMoreThanTheLimit) {
  Fill(1, 100, 4, 100);
  SetLimit(3'000);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  for (const auto& [tap, units] : UnitsByTap("rounds/r1")) EXPECT_LE(units, 30) << tap;
  EXPECT_EQ(UnitsOf("rounds/r1"), 100);
}

TEST_F(Round, TheSecondRespectsWhatTheFirstGave) {
  Fill(1, 100, 2, 1'000);
  SetLimit(5'000);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  EXPECT_EQ(UnitsByTap("rounds/r1"),
            (std::map<std::string, int64_t>{{"parties/tap0", 50}, {"parties/tap1", 50}}));
  // Only tap0 is left: of a volume of 100 + 40 it may hold 70, and holds 50.
  market_.Delete<v1::Offer>("taps/tap1/offers/o");
  market_.Put(ANeed(market_, "coop0", "n2", 40));
  market_.CreateRound("r2");
  market_.Publish("rounds/r2");
  EXPECT_EQ(UnitsByTap("rounds/r2"), (std::map<std::string, int64_t>{{"parties/tap0", 20}}));
}

TEST_F(Round, WhatIsOlderThanTheWindowDoesNotCount) {
  Fill(1, 100, 2, 1'000);
  SetLimit(5'000);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  market_.Advance(absl::Hours(24 * 31));
  market_.Delete<v1::Offer>("taps/tap1/offers/o");
  v1::Offer offer = ReadOffer(0);
  *offer.mutable_window() = AnOffer(market_, "tap0", "o", 1).window();
  market_.Put(offer);
  market_.Put(ANeed(market_, "coop0", "n2", 40));
  market_.CreateRound("r2");
  market_.Publish("rounds/r2");
  EXPECT_EQ(UnitsByTap("rounds/r2"), (std::map<std::string, int64_t>{{"parties/tap0", 20}}));
}

TEST_F(Round, AThinMarketIsMatchedAndFlagged) {
  Fill(1, 100, 2, 100);
  SetLimit(1'000, 4);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  EXPECT_EQ(UnitsOf("rounds/r1"), 100);
  for (const v1::Match& match : Matches("rounds/r1")) {
    ASSERT_EQ(match.flags_size(), 1);
    EXPECT_EQ(match.flags(0), v1::Match::FLAG_SOLE_SOURCE);
  }
}

TEST_F(Round, ReportsItsSegments) {
  Fill(1, 100, 4, 100);
  SetLimit(3'000);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  v1::ListSegmentReportsRequest request;
  request.set_parent("rounds/r1");
  const auto listed =
      market_.Call<v1::ListSegmentReportsResponse>("ayni.v1.AuditService/ListSegmentReports", request);
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->segment_reports_size(), 1);
  const v1::SegmentReport& report = listed->segment_reports(0);
  EXPECT_EQ(report.segment().limit(), "tap-province");
  EXPECT_EQ(report.segment().service(), "services/s");
  EXPECT_EQ(report.segment().territory(), "territories/prov");
  EXPECT_EQ(report.segment().value_chain(), "");
  EXPECT_EQ(report.volume(), 100);
  EXPECT_EQ(report.matched_quantity(), 100);
  EXPECT_EQ(report.eligible_controller_count(), 4);
  EXPECT_FALSE(report.thin());
  int32_t whole = 0;
  for (const v1::ControllerShare& share : report.shares()) {
    EXPECT_EQ(share.cap(), 30);
    EXPECT_EQ(share.share_basis_points(), 100 * share.matched_quantity());
    EXPECT_LE(share.matched_quantity(), 30);
    whole += share.share_basis_points();
  }
  EXPECT_EQ(whole, 10'000);
  v1::GetSegmentReportRequest get;
  get.set_name(report.name());
  EXPECT_TRUE(market_.Call<v1::SegmentReport>("ayni.v1.AuditService/GetSegmentReport", get).ok());
}

TEST_F(Round, PublishesPricesThatProveItsBound) {
  Fill(3, 10, 2, 10);
  SetLimit(4'000);
  market_.CreateRound("r1");
  const v1::Round round = market_.Publish("rounds/r1");
  v1::ListPricesRequest request;
  request.set_parent("rounds/r1");
  request.set_page_size(2);
  std::vector<v1::Price> prices;
  do {
    const auto page = market_.Call<v1::ListPricesResponse>("ayni.v1.AuditService/ListPrices", request);
    ASSERT_TRUE(page.ok()) << page.status();
    prices.insert(prices.end(), page->prices().begin(), page->prices().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  // Every unit of demand, capacity and room at its price, and every candidate's excess, from published
  // records alone. All candidates are alike but for who they are: their scores and rooms follow from the
  // matches and reports.
  std::map<std::string, int64_t> by_need, by_offer, by_controller;
  int64_t bound = 0;
  for (const v1::Price& price : prices) {
    EXPECT_GT(price.price(), 0);
    if (price.has_need()) bound += 10 * (by_need[price.need()] = price.price());
    if (price.has_offer()) bound += 10 * (by_offer[price.offer()] = price.price());
    if (price.has_cell()) bound += 12 * (by_controller[price.cell().controller()] = price.price());
  }
  const int64_t score = Matches("rounds/r1")[0].score();
  for (int need = 0; need < 3; ++need) {
    for (int tap = 0; tap < 2; ++tap) {
      bound += 10 * std::max<int64_t>(0, score * 65'536 -
                                             by_need[absl::StrCat("cooperatives/coop", need, "/needs/n")] -
                                             by_offer[absl::StrCat("taps/tap", tap, "/offers/o")] -
                                             by_controller[absl::StrCat("parties/tap", tap)]);
    }
  }
  EXPECT_EQ((bound + 65'535) / 65'536, round.summary().upper_bound());
}

TEST_F(Round, LeavesOutWhatChangedSinceTheSnapshot) {
  Fill(3, 10, 3, 10);
  market_.CreateRound("r1");
  market_.rounds_store().before_commit = [this, done = false](const storage::Change& change) mutable {
    if (done || change.puts.size() < 4) return;
    done = true;
    v1::Need changed = ReadNeed(1);
    changed.set_note("changed while the round was cleared");
    market_.Put(changed);
    v1::Offer other = ReadOffer(2);
    other.set_capacity(11);
    market_.Put(other);
  };
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
  // What was undone holds nothing: the same round again comes out the same.
  const int64_t units = 16;
  market_.CreateRound("r2");
  market_.Publish("rounds/r2");
  EXPECT_EQ(UnitsOf("rounds/r2"), units);
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
  v1::Round seeded;
  seeded.set_seed(7);
  market_.CreateRound("r1", seeded);
  market_.CreateRound("r2", seeded);
  const v1::Round first = market_.Publish("rounds/r1");
  ASSERT_TRUE(Undo("rounds/r1", "to do it again").ok());
  market_.Restart();
  const v1::Round second = market_.Publish("rounds/r2");
  EXPECT_EQ(first.summary().problem_digest(), second.summary().problem_digest());
  EXPECT_EQ(first.summary().solution_digest(), second.summary().solution_digest());
}

TEST_F(Round, CancellingPutsItBackToDraft) {
  Fill(2, 10, 2, 8);
  market_.CreateRound("r1");
  Gate gate(&market_.rounds_store());
  const auto begun = market_.StartPublish("rounds/r1");
  ASSERT_TRUE(begun.ok()) << begun.status();
  gate.AwaitReached();
  EXPECT_EQ(market_.Read<v1::Round>("rounds/r1").state(), v1::Round::STATE_CLEARING);
  EXPECT_FALSE(GetOperation(begun->name())->done());
  EXPECT_TRUE(CancelOperation(begun->name()).ok());
  gate.Open();
  const Operation done = market_.Await(begun->name());
  EXPECT_EQ(done.error().code(), static_cast<int>(absl::StatusCode::kCancelled));
  const v1::Round round = market_.Read<v1::Round>("rounds/r1");
  EXPECT_EQ(round.state(), v1::Round::STATE_DRAFT);
  EXPECT_THAT(round.failure(), HasSubstr("cancelled by principals/administrator"));
  EXPECT_EQ(ReadNeed(0).matched_quantity(), 0);
  // And it may be published after all.
  market_.rounds_store().before_snapshot = nullptr;
  EXPECT_EQ(market_.Publish("rounds/r1").failure(), "");
}

TEST_F(Round, OnlyOneIsClearedAtATime) {
  Fill(1, 10, 1, 10);
  market_.CreateRound("r1");
  market_.CreateRound("r2");
  Gate gate(&market_.rounds_store());
  const auto begun = market_.StartPublish("rounds/r1");
  ASSERT_TRUE(begun.ok());
  gate.AwaitReached();
  EXPECT_EQ(market_.StartPublish("rounds/r2").status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(market_.StartTry("rounds/r2").status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(market_.StartPublish("rounds/r1").status().code(), absl::StatusCode::kFailedPrecondition);
  gate.Open();
  EXPECT_FALSE(market_.Await(begun->name()).has_error());
  EXPECT_EQ(market_.Read<v1::Round>("rounds/r2").state(), v1::Round::STATE_DRAFT);
  market_.rounds_store().before_snapshot = nullptr;
  market_.Publish("rounds/r2");
}

TEST_F(Round, RepeatingTheRequestGivesTheFirstAnswerAndClearsOnce) {
  Fill(1, 10, 1, 10);
  market_.CreateRound("r1");
  const auto first = market_.StartPublish("rounds/r1", "once");
  ASSERT_TRUE(first.ok()) << first.status();
  market_.Await(first->name());
  const storage::Sequence after = market_.store().sequence();
  const auto again = market_.StartPublish("rounds/r1", "once");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->name(), first->name());
  market_.Await(again->name());
  EXPECT_EQ(market_.store().sequence(), after);
  EXPECT_EQ(market_.StartPublish("rounds/r1", "twice").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(Round, ThatWasBeingClearedWhenTheServerDiedIsADraftAgain) {
  Fill(1, 10, 1, 10);
  market_.CreateRound("r1");
  market_.RestartInTheMiddleOf("rounds/r1");
  const v1::Round round = market_.Read<v1::Round>("rounds/r1");
  EXPECT_EQ(round.state(), v1::Round::STATE_DRAFT);
  EXPECT_THAT(round.failure(), HasSubstr("the server stopped"));
  const auto operation = GetOperation("operations/r1");
  ASSERT_TRUE(operation.ok());
  EXPECT_TRUE(operation->done());
  EXPECT_THAT(operation->error().message(), HasSubstr("the server stopped"));
  market_.Publish("rounds/r1");
}

TEST_F(Round, ThatIsBeingClearedWhenTheServerStopsIsADraftAgain) {
  Fill(1, 10, 1, 10);
  market_.CreateRound("r1");
  Gate gate(&market_.rounds_store());
  ASSERT_TRUE(market_.StartPublish("rounds/r1").ok());
  gate.AwaitReached();
  std::thread opener([&gate] {
    absl::SleepFor(absl::Milliseconds(20));
    gate.Open();
  });
  market_.Restart();
  opener.join();
  EXPECT_EQ(market_.Read<v1::Round>("rounds/r1").state(), v1::Round::STATE_DRAFT);
  EXPECT_THAT(market_.Read<v1::Round>("rounds/r1").failure(), HasSubstr("the server was stopped"));
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

TEST_F(Round, OwnersShareALimit) {
  Fill(1, 100, 4, 100);
  v1::Relation relation;
  relation.set_name("relations/r");
  relation.set_subject("parties/tap0");
  relation.set_object("parties/tap1");
  relation.set_type(v1::RELATION_TYPE_CONTROLS);
  market_.Put(relation);
  v1::Policy policy = APolicy();
  v1::Limit* limit = policy.add_limits();
  limit->set_id("groups");
  limit->set_controller_level(v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP);
  limit->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
  limit->set_share_basis_points(3'000);
  market_.Put(policy);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  std::map<std::string, int64_t> units = UnitsByTap("rounds/r1");
  EXPECT_LE(units["parties/tap0"] + units["parties/tap1"], 30);
  EXPECT_EQ(UnitsOf("rounds/r1"), 90);
}

TEST_F(Round, OperationsAreListedAPageAtATime) {
  Fill(1, 10, 1, 10);
  for (const char* id : {"r1", "r2", "r3"}) {
    market_.CreateRound(id);
    market_.Publish(absl::StrCat("rounds/", id));
  }
  market_.CreateRound("untouched");
  EXPECT_EQ(GetOperation("operations/untouched").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(GetOperation("rounds/r1").status().code(), absl::StatusCode::kInvalidArgument);
  google::longrunning::ListOperationsRequest request;
  request.set_name("operations");
  request.set_page_size(2);
  std::vector<std::string> names;
  do {
    const auto page = market_.Call<google::longrunning::ListOperationsResponse>(
        "google.longrunning.Operations/ListOperations", request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const Operation& operation : page->operations()) names.push_back(operation.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, testing::ElementsAre("operations/r1", "operations/r2", "operations/r3"));
}

TEST_F(Round, WaitingEndsAtItsTimeout) {
  Fill(1, 10, 1, 10);
  market_.CreateRound("r1");
  Gate gate(&market_.rounds_store());
  const auto begun = market_.StartPublish("rounds/r1");
  ASSERT_TRUE(begun.ok());
  google::longrunning::WaitOperationRequest request;
  request.set_name(begun->name());
  request.mutable_timeout()->set_nanos(30'000'000);
  const absl::Time before = absl::Now();
  const auto waited = market_.Call<Operation>("google.longrunning.Operations/WaitOperation", request);
  ASSERT_TRUE(waited.ok());
  EXPECT_FALSE(waited->done());
  EXPECT_GE(absl::Now() - before, absl::Milliseconds(30));
  EXPECT_LT(absl::Now() - before, absl::Seconds(10));
  gate.Open();
  market_.Await(begun->name());
}

}  // namespace
}  // namespace ayni::services
