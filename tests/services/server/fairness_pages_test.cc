#include "services/server/fairness_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/audit_service.pb.h"
#include "storage/rocksdb_store.h"
#include "tests/temporary_folder.h"

namespace ayni::services {
namespace {

using page::Language;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// GetFairnessReport answers when the test says so.
class FairnessPagesTest : public testing::Test {
 protected:
  FairnessPagesTest() {
    methods_.Add("ayni.v1.AuditService/GetFairnessReport",
                 [this](const std::shared_ptr<const Call>& call,
                        const std::shared_ptr<const Requests>& requests, const Reply& reply) {
                   const auto& request = static_cast<const v1::GetFairnessReportRequest&>(*requests->front());
                   EXPECT_EQ(request.view(), v1::FAIRNESS_VIEW_PUBLIC);
                   EXPECT_FALSE(call->caller.principal.empty()) << "the server itself sees all";
                   asked_.push_back(request.parent());
                   replies_.push_back(reply);
                 });
  }

  void Get(const std::string& round, Language language) {
    pages_.Get(round, language,
               [this](absl::StatusOr<std::string> page) { answers_.push_back(std::move(page)); });
  }
  void AnswerAsked(size_t at) {
    auto report = std::make_unique<v1::FairnessReport>();
    report->set_round(asked_[at]);
    report->set_view(v1::FAIRNESS_VIEW_PUBLIC);
    replies_[at](std::move(report));
  }

  TemporaryFolder folder_;
  const std::unique_ptr<storage::Store> store_ =
      *storage::RocksDbStore::Open(folder_ / "store", storage::RocksDbOptions());
  MethodTable methods_;
  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  FairnessPages pages_{&methods_, store_.get(), [this] { return now_; }};
  std::vector<std::string> asked_;
  std::vector<Reply> replies_;
  std::vector<absl::StatusOr<std::string>> answers_;
};

TEST_F(FairnessPagesTest, ComputesARoundOnceForAllThatAskInEitherLanguage) {
  Get("rounds/r1", Language::kEnglish);
  Get("rounds/r1", Language::kSpanish);
  EXPECT_THAT(asked_, ElementsAre("rounds/r1"));
  EXPECT_THAT(answers_, IsEmpty());
  AnswerAsked(0);
  ASSERT_THAT(answers_, SizeIs(2));
  EXPECT_TRUE(absl::StrContains(*answers_[0], "Fairness: Round r1"));
  EXPECT_TRUE(absl::StrContains(*answers_[1], "Equidad: Ronda r1"));
  EXPECT_TRUE(absl::StrContains(*answers_[1], "href=\"/fairness/r1?language=eng\""));
  Get("rounds/r1", Language::kEnglish);
  EXPECT_EQ(*answers_[2], *answers_[0]);
  EXPECT_THAT(asked_, SizeIs(1));
}

TEST_F(FairnessPagesTest, ComputesAgainWhatIsOld) {
  Get("rounds/r1", Language::kEnglish);
  AnswerAsked(0);
  now_ += kFairnessPageLasts - absl::Seconds(1);
  Get("rounds/r1", Language::kEnglish);
  EXPECT_THAT(asked_, SizeIs(1));
  now_ += absl::Seconds(1);
  Get("rounds/r1", Language::kEnglish);
  EXPECT_THAT(asked_, SizeIs(2));
}

TEST_F(FairnessPagesTest, LeavesTheQueueOfReportsToOthers) {
  for (size_t at = 0; at < kFairnessPagesComputedMax; ++at)
    Get(absl::StrCat("rounds/r", at), Language::kEnglish);
  EXPECT_THAT(answers_, IsEmpty());
  Get("rounds/one-more", Language::kEnglish);
  ASSERT_THAT(answers_, SizeIs(1));
  EXPECT_TRUE(absl::IsResourceExhausted(answers_[0].status()));
  AnswerAsked(0);
  Get("rounds/one-more", Language::kEnglish);
  EXPECT_EQ(asked_.back(), "rounds/one-more");
}

TEST_F(FairnessPagesTest, KeepsNoFailure) {
  Get("rounds/r1", Language::kEnglish);
  replies_[0](absl::ResourceExhaustedError("others wait"));
  EXPECT_TRUE(absl::IsResourceExhausted(answers_[0].status()));
  Get("rounds/r1", Language::kEnglish);
  EXPECT_THAT(asked_, SizeIs(2));
}

TEST_F(FairnessPagesTest, KeepsTheNewestOfManyRounds) {
  for (size_t at = 0; at <= kFairnessPagesKeptMax; ++at) {
    Get(absl::StrCat("rounds/r", at), Language::kEnglish);
    AnswerAsked(at);
    now_ += absl::Milliseconds(1);
  }
  Get("rounds/r1", Language::kEnglish);
  EXPECT_THAT(asked_, SizeIs(kFairnessPagesKeptMax + 1));
  Get("rounds/r0", Language::kEnglish);
  EXPECT_THAT(asked_, SizeIs(kFairnessPagesKeptMax + 2));
}

}  // namespace
}  // namespace ayni::services
