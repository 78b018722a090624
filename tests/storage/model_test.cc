#include "tests/storage/model.h"

#include <future>
#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "storage/failed_preconditions.h"
#include "tests/storage/random_change.h"
#include "tests/storage/temporary_store.h"

namespace ayni::storage {
namespace {

// Sends `changes` without waiting in between, as callers do, and expects of each what the model answers.
void CommitAndCompare(const std::vector<Change>& changes, Store* store, Model* model) {
  std::vector<std::future<absl::StatusOr<Receipt>>> answers;
  for (const Change& change : changes) {
    auto promise = std::make_shared<std::promise<absl::StatusOr<Receipt>>>();
    answers.push_back(promise->get_future());
    store->Commit(change,
                  [promise](absl::StatusOr<Receipt> receipt) { promise->set_value(std::move(receipt)); });
  }
  for (size_t i = 0; i < changes.size(); ++i) {
    const ModelAnswer wanted = model->Commit(changes[i]);
    const absl::StatusOr<Receipt> found = answers[i].get();
    ASSERT_EQ(found.status().code(), wanted.code) << found.status();
    ASSERT_EQ(ConflictingKeys(found.status()), wanted.conflicting_keys);
    if (!found.ok()) continue;
    ASSERT_EQ(found->sequence, wanted.receipt.sequence);
    ASSERT_EQ(found->replayed, wanted.receipt.replayed);
    ASSERT_EQ(found->response, wanted.receipt.response);
  }
}

class StoreAgainstModel : public testing::TestWithParam<uint64_t> {};

TEST_P(StoreAgainstModel, AnswersAndKeepsTheSame) {
  RandomChanges random(GetParam());
  RocksDbOptions options;
  // So small that what is kept in memory is dropped all the time, and files are written and merged.
  options.write_buffer_bytes = 64 << 10;
  options.recent_keys_max = 1 + random.Below(32);
  options.cached_versions_max = 16;
  TemporaryStore store(options);
  Model model;
  constexpr int kRounds = 40;
  constexpr size_t kChangesAtOnceMax = 40;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Change> changes;
    for (size_t i = 1 + random.Below(kChangesAtOnceMax); i > 0; --i) changes.push_back(random.Next(model));
    ASSERT_NO_FATAL_FAILURE(CommitAndCompare(changes, &*store, &model));
    if (random.Below(5) == 0) store.Reopen();
    if (random.Below(4) == 0) {
      ASSERT_NO_FATAL_FAILURE(model.ExpectSame(*store));
    }
  }
  store.Reopen();
  ASSERT_NO_FATAL_FAILURE(model.ExpectSame(*store));
}

INSTANTIATE_TEST_SUITE_P(Seeds, StoreAgainstModel, testing::Range<uint64_t>(0, 12));

}  // namespace
}  // namespace ayni::storage
