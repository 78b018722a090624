#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <thread>

#include "google/protobuf/empty.pb.h"
#include "google/rpc/error_details.pb.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

using google::longrunning::Operation;
using testing::HasSubstr;

class Round : public RoundMarket {};

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

// A repetition that finds the round CLEARING, and comes to the desk after it was published.
TEST_F(Round, IsNotClearedASecondTimeByARepetitionThatComesLate) {
  Fill(1, 10, 1, 10);
  market_.CreateRound("r1");
  Gate gate(&market_.rounds_store());
  const auto begun = market_.StartPublish("rounds/r1", "once");
  ASSERT_TRUE(begun.ok()) << begun.status();
  gate.AwaitReached();
  std::promise<void> published;
  std::shared_future<void> when_published = published.get_future().share();
  std::atomic<int> reads = 0;
  std::thread repetition([&] {
    market_.rounds_store().after_get = [&, self = std::this_thread::get_id()](std::string_view key) {
      if (std::this_thread::get_id() != self || key != "round:rounds/r1" || ++reads < 2) return;
      when_published.wait();
    };
    EXPECT_TRUE(market_.StartPublish("rounds/r1", "once").ok());
    reads = 2;
  });
  while (reads < 2) absl::SleepFor(absl::Milliseconds(1));
  gate.Open();
  market_.Await(begun->name());
  const v1::Round round = market_.Read<v1::Round>("rounds/r1");
  const storage::Sequence after = market_.store().sequence();
  published.set_value();
  repetition.join();
  EXPECT_FALSE(market_.Await(begun->name()).has_error());
  EXPECT_EQ(market_.store().sequence(), after);
  EXPECT_EQ(market_.Read<v1::Round>("rounds/r1").SerializeAsString(), round.SerializeAsString());
  EXPECT_EQ(UnitsOf("rounds/r1"), 10);
}

// Whatever keeps changing, whoever asked for the round can end it.
TEST_F(Round, IsCancelledWhileNeedsKeepChangingUnderItsCommit) {
  Fill(3, 10, 3, 10);
  market_.CreateRound("r1");
  int commits = 0;
  market_.rounds_store().before_commit = [&](const storage::Change& change) {
    if (change.puts.size() < 4) return;
    v1::Need changed = ReadNeed(commits);
    changed.set_note("changed while the round was cleared");
    market_.Put(changed);
    if (++commits > 1) return;
    EXPECT_TRUE(CancelOperation("operations/r1").ok());
  };
  const auto begun = market_.StartPublish("rounds/r1");
  ASSERT_TRUE(begun.ok()) << begun.status();
  const Operation done = market_.Await(begun->name());
  EXPECT_EQ(done.error().code(), static_cast<int>(absl::StatusCode::kCancelled)) << done.error().message();
  EXPECT_EQ(market_.Read<v1::Round>("rounds/r1").state(), v1::Round::STATE_DRAFT);
  EXPECT_EQ(commits, 1);
}

TEST_F(Round, IsOnlyCheckedWhereThatIsAskedFor) {
  Fill(1, 10, 1, 10);
  market_.CreateRound("r1");
  v1::PublishRoundRequest publish;
  publish.set_name("rounds/r1");
  publish.set_validate_only(true);
  ASSERT_TRUE(market_.Call<Operation>("ayni.v1.RoundService/PublishRound", publish).ok());
  EXPECT_EQ(market_.Read<v1::Round>("rounds/r1").state(), v1::Round::STATE_DRAFT);
  market_.Publish("rounds/r1");
  EXPECT_EQ(market_.Call<Operation>("ayni.v1.RoundService/PublishRound", publish).status().code(),
            absl::StatusCode::kFailedPrecondition);
  v1::UndoRoundRequest undo;
  undo.set_name("rounds/r1");
  undo.set_reason("a mistake");
  undo.set_validate_only(true);
  ASSERT_TRUE(market_.Call<v1::Round>("ayni.v1.RoundService/UndoRound", undo).ok());
  EXPECT_EQ(market_.Read<v1::Round>("rounds/r1").state(), v1::Round::STATE_PUBLISHED);
}

TEST_F(Round, ForgetsAnOperationThatIsDeletedAndKeepsWhatIsRecorded) {
  Fill(1, 10, 1, 10);
  market_.CreateRound("r1");
  const auto tried = market_.StartTry("rounds/r1");
  ASSERT_TRUE(tried.ok()) << tried.status();
  market_.Await(tried->name());
  google::longrunning::DeleteOperationRequest request;
  request.set_name(tried->name());
  const auto remove = [&] {
    return market_.Call<google::protobuf::Empty>("google.longrunning.Operations/DeleteOperation", request)
        .status();
  };
  EXPECT_TRUE(remove().ok());
  EXPECT_EQ(remove().code(), absl::StatusCode::kNotFound);
  market_.Publish("rounds/r1");
  EXPECT_TRUE(remove().ok());
  EXPECT_TRUE(GetOperation(tried->name())->done());
}

TEST_F(Round, SaysWhenItsMatchesAreMoreThanOneCommitTakes) {
  Fill(3, 10, 3, 10);
  market_.CreateRound("r1");
  storage::RocksDbOptions options;
  options.change_items_max = 20;
  market_.Restart(options);
  const auto begun = market_.StartPublish("rounds/r1");
  ASSERT_TRUE(begun.ok()) << begun.status();
  const Operation done = market_.Await(begun->name());
  EXPECT_EQ(done.error().code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(done.error().message(), HasSubstr("3 matches"));
  google::rpc::ErrorInfo error_info;
  ASSERT_GT(done.error().details_size(), 0);
  ASSERT_TRUE(done.error().details(0).UnpackTo(&error_info));
  EXPECT_EQ(error_info.reason(), "ROUND_TOO_LARGE");
  EXPECT_THAT(market_.Read<v1::Round>("rounds/r1").failure(), HasSubstr("at most 20"));
}

}  // namespace
}  // namespace ayni::services
