// The n-th write fails, for every n: what was acknowledged stands, nothing stands by half, and the store
// refuses to go on.
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/storage/faulty_file_system.h"
#include "tests/storage/model.h"
#include "tests/storage/random_change.h"
#include "tests/storage/temporary_store.h"

namespace ayni::storage {
namespace {

using Fault = FaultyFileSystem::Fault;

struct Trial {
  Fault fault;
  bool loses_power;
};

std::string NameOf(const Trial& trial) {
  if (trial.fault == Fault::kOnce) return "Once";
  return trial.loses_power ? "WithPowerLost" : "ForGood";
}

void PrintTo(const Trial& trial, std::ostream* out) { *out << NameOf(trial); }

// So small that a few dozen changes write tables and merge them.
constexpr size_t kWriteBufferBytes = 64 << 10;
constexpr int kChanges = 120;
constexpr size_t kValueBytes = 3000;

RocksDbOptions OnFaultyDisk(const std::shared_ptr<FaultyFileSystem>& disk) {
  RocksDbOptions options;
  options.write_buffer_bytes = kWriteBufferBytes;
  options.file_system = disk;
  return options;
}

Change AnyChange(int number, RandomChanges* random, const Model& model) {
  Change change = random->Next(model);
  change.preconditions.clear();
  if (!change.puts.empty()) change.puts[0].value = std::string(kValueBytes, static_cast<char>(number));
  return change;
}

// Changes until one fails. The last one is what became of the failing change: unknown, or nullopt where
// nothing failed.
struct Run {
  Model acknowledged;
  std::optional<Change> unknown;
};

void CommitUntilOneFails(Store* store, Run* run) {
  RandomChanges random(1);
  for (int i = 0; i < kChanges; ++i) {
    Change change = AnyChange(i, &random, run->acknowledged);
    const absl::StatusOr<Receipt> receipt = store->CommitAndWait(change);
    if (receipt.ok() || absl::IsFailedPrecondition(receipt.status())) {
      run->acknowledged.Commit(change);
      continue;
    }
    EXPECT_FALSE(store->Health().ok());
    EXPECT_EQ(receipt.status().message().find('/'), absl::string_view::npos)
        << "callers are told no paths: " << receipt.status();
    EXPECT_EQ(store->CommitAndWait(change).status().code(), absl::StatusCode::kUnavailable);
    if (receipt.status().code() == absl::StatusCode::kUnknown) {
      run->unknown = std::move(change);
    } else {
      EXPECT_EQ(receipt.status().code(), absl::StatusCode::kUnavailable) << receipt.status();
    }
    return;
  }
}

// False: the fault was not reached any more.
bool SurvivesFaultAt(int64_t n, const Trial& trial) {
  TemporaryFolder folder;
  const std::string path = folder.path() + "/store";
  const auto disk = std::make_shared<FaultyFileSystem>();
  Run run;
  {
    auto store = RocksDbStore::Open(path, OnFaultyDisk(disk));
    EXPECT_TRUE(store.ok()) << store.status();
    disk->FailWritesAfter(n, trial.fault);
    CommitUntilOneFails(store->get(), &run);
  }
  const bool reached = disk->has_failed();
  if (trial.loses_power) disk->LosePower();
  auto store = RocksDbStore::Open(path, {});
  EXPECT_TRUE(store.ok()) << "after a fault at write " << n << ": " << store.status();
  if (!store.ok()) return false;
  if (run.unknown && (*store)->sequence() > run.acknowledged.sequence())
    run.acknowledged.Commit(*run.unknown);
  run.acknowledged.ExpectSame(**store);
  Change more;
  more.puts = {{"more", ""}};
  EXPECT_TRUE((*store)->CommitAndWait(more).ok());
  return reached && !testing::Test::HasFailure();
}

class FailingDisk : public testing::TestWithParam<Trial> {};

TEST_P(FailingDisk, LosesNothingThatWasAcknowledged) {
  int64_t n = 0;
  // Every one of the first writes, then fewer: later on they are alike.
  while (SurvivesFaultAt(n, GetParam())) n += n < 20 ? 1 : 13;
  EXPECT_GT(n, 200) << "the faults should reach into flushes and merges";
}

INSTANTIATE_TEST_SUITE_P(Trials, FailingDisk,
                         testing::Values(Trial{Fault::kOnce, false}, Trial{Fault::kForGood, false},
                                         Trial{Fault::kForGood, true}),
                         [](const auto& trial) { return NameOf(trial.param); });

TEST(FailingDisk, ThatCanNotBeReadStopsAllWriting) {
  TemporaryFolder folder;
  const std::string path = folder.path() + "/store";
  const auto disk = std::make_shared<FaultyFileSystem>();
  RocksDbOptions options = OnFaultyDisk(disk);
  options.block_cache_bytes = 0;
  auto store = *RocksDbStore::Open(path, options);
  for (int i = 0; i < kChanges; ++i) {
    Change change;
    change.puts = {{"key/" + std::to_string(i), std::string(kValueBytes, 'v')}};
    ASSERT_TRUE(store->CommitAndWait(change).ok());
  }
  disk->FailReadsAfter(0, Fault::kOnce);
  EXPECT_EQ(store->Get("key/0").status().code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(store->Health().ok());
  Change change;
  change.puts = {{"more", ""}};
  EXPECT_EQ(store->CommitAndWait(change).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(store->Get("key/0").ok()) << "what can be read again is read";
}

}  // namespace
}  // namespace ayni::storage
