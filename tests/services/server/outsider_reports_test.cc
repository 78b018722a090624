#include "services/server/outsider_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/access/outsider.h"
#include "services/resource/write.h"
#include "services/rules/resource_methods.h"
#include "storage/rocksdb_store.h"
#include "tests/temporary_folder.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// GetFairnessReport answers when the test says so.
class OutsiderReportsTest : public testing::Test {
 protected:
  void Put(const std::string& name, v1::Round::State state) {
    v1::Round round;
    round.set_name(name);
    round.set_state(state);
    storage::Change change;
    AddPut(Call(), "", KindOf<v1::Round>(), {}, round, &change);
    ASSERT_TRUE(store_->CommitAndWait(std::move(change)).ok());
  }

  void Ask(const Caller& caller, const v1::GetFairnessReportRequest& request) {
    auto call = std::make_shared<Call>();
    call->caller = caller;
    auto requests = std::make_shared<Requests>();
    requests->push_back(std::make_unique<v1::GetFairnessReportRequest>(request));
    reports_.Answer(call, requests, [this](absl::StatusOr<std::unique_ptr<Message>> answer) {
      answers_.push_back(std::move(answer));
    });
  }
  void Ask(const std::string& round) {
    v1::GetFairnessReportRequest request;
    request.set_parent(round);
    Ask(Outsider(), request);
  }
  void AskPublished(const std::string& round) {
    Put(round, v1::Round::STATE_PUBLISHED);
    Ask(round);
  }

  void AnswerAsked(size_t at) {
    auto report = std::make_unique<v1::FairnessReport>();
    report->set_round(asked_[at]);
    replies_[at](std::move(report));
  }

  TemporaryFolder folder_;
  const std::unique_ptr<storage::Store> store_ =
      *storage::RocksDbStore::Open(folder_ / "store", storage::RocksDbOptions());
  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  std::vector<std::string> asked_;
  std::vector<v1::FairnessView> views_;
  std::vector<Reply> replies_;
  std::vector<absl::StatusOr<std::unique_ptr<Message>>> answers_;
  OutsiderReports reports_{[this](const std::shared_ptr<const Call>& call,
                                  const std::shared_ptr<const Requests>& requests, const Reply& reply) {
                             const auto& request =
                                 static_cast<const v1::GetFairnessReportRequest&>(*requests->front());
                             EXPECT_FALSE(call->caller.principal.empty()) << "the server itself sees all";
                             asked_.push_back(request.parent());
                             views_.push_back(request.view());
                             replies_.push_back(reply);
                           },
                           store_.get(), [this] { return now_; }};
};

TEST_F(OutsiderReportsTest, ComputesARoundOnceForAllThatAsk) {
  AskPublished("rounds/r1");
  Ask("rounds/r1");
  EXPECT_THAT(asked_, ElementsAre("rounds/r1"));
  EXPECT_THAT(views_, ElementsAre(v1::FAIRNESS_VIEW_PUBLIC));
  EXPECT_THAT(answers_, IsEmpty());
  AnswerAsked(0);
  Ask("rounds/r1");
  ASSERT_THAT(answers_, SizeIs(3));
  for (const auto& answer : answers_)
    EXPECT_EQ(static_cast<const v1::FairnessReport&>(**answer).round(), "rounds/r1");
  EXPECT_THAT(asked_, SizeIs(1));
}

TEST_F(OutsiderReportsTest, ComputesAgainWhatIsOld) {
  AskPublished("rounds/r1");
  AnswerAsked(0);
  now_ += kOutsiderReportLasts - absl::Seconds(1);
  Ask("rounds/r1");
  EXPECT_THAT(asked_, SizeIs(1));
  now_ += absl::Seconds(1);
  Ask("rounds/r1");
  EXPECT_THAT(asked_, SizeIs(2));
}

TEST_F(OutsiderReportsTest, LeavesTheQueueOfReportsToOthers) {
  for (size_t at = 0; at < kOutsiderReportsComputedMax; ++at) AskPublished(absl::StrCat("rounds/r", at));
  EXPECT_THAT(answers_, IsEmpty());
  AskPublished("rounds/one-more");
  ASSERT_THAT(answers_, SizeIs(1));
  EXPECT_TRUE(absl::IsResourceExhausted(answers_[0].status()));
  AnswerAsked(0);
  Ask("rounds/one-more");
  EXPECT_EQ(asked_.back(), "rounds/one-more");
}

TEST_F(OutsiderReportsTest, KeepsNoFailure) {
  AskPublished("rounds/r1");
  replies_[0](absl::ResourceExhaustedError("others wait"));
  EXPECT_TRUE(absl::IsResourceExhausted(answers_[0].status()));
  Ask("rounds/r1");
  EXPECT_THAT(asked_, SizeIs(2));
}

TEST_F(OutsiderReportsTest, KeepsTheNewestOfManyRounds) {
  for (size_t at = 0; at <= kOutsiderReportsKeptMax; ++at) {
    AskPublished(absl::StrCat("rounds/r", at));
    AnswerAsked(at);
    now_ += absl::Milliseconds(1);
  }
  Ask("rounds/r1");
  EXPECT_THAT(asked_, SizeIs(kOutsiderReportsKeptMax + 1));
  Ask("rounds/r0");
  EXPECT_THAT(asked_, SizeIs(kOutsiderReportsKeptMax + 2));
}

TEST_F(OutsiderReportsTest, TellsNothingOfWhatIsNotPublishedOrDoesNotStand) {
  Put("rounds/draft", v1::Round::STATE_DRAFT);
  Ask("rounds/draft");
  Ask("rounds/none");
  AskPublished("rounds/r1");
  AnswerAsked(0);
  Put("rounds/r1", v1::Round::STATE_UNDONE);
  Ask("rounds/r1");
  ASSERT_THAT(answers_, SizeIs(4));
  for (const size_t at : {0, 1, 3}) EXPECT_TRUE(absl::IsNotFound(answers_[at].status())) << at;
  EXPECT_THAT(asked_, SizeIs(1));
}

TEST_F(OutsiderReportsTest, PassesOnWhatMembersAskAndWhatIsToBeRefused) {
  v1::GetFairnessReportRequest request;
  request.set_parent("rounds/-");
  Ask({"principals/ana", v1::ROLE_AUDITOR, ""}, request);
  Ask(Outsider(), request);
  request.set_parent("rounds/r1");
  request.set_view(v1::FAIRNESS_VIEW_FULL);
  Ask(Outsider(), request);
  EXPECT_THAT(asked_, ElementsAre("rounds/-", "rounds/-", "rounds/r1"));
  EXPECT_THAT(views_, ElementsAre(v1::FAIRNESS_VIEW_UNSPECIFIED, v1::FAIRNESS_VIEW_UNSPECIFIED,
                                  v1::FAIRNESS_VIEW_FULL));
}

}  // namespace
}  // namespace ayni::services
