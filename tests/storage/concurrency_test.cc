// Many threads over one store. Run it under ThreadSanitizer too.
#include <atomic>
#include <future>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/storage/temporary_store.h"

namespace ayni::storage {
namespace {

using std::chrono::milliseconds;

constexpr int kAccounts = 12;
constexpr int kStart = 100;
constexpr int kWriters = 16;
constexpr int kTransfersPerWriter = 60;
constexpr int kTriesMax = 10'000;  // a transfer takes a dozen

std::string AccountKey(int account) { return "account/" + std::to_string(account); }

void OpenAccounts(Store* store) {
  Change change;
  for (int account = 0; account < kAccounts; ++account) {
    change.puts.push_back({AccountKey(account), std::to_string(kStart)});
  }
  ASSERT_TRUE(store->CommitAndWait(std::move(change)).ok());
}

// The sum of all accounts at one moment, or -1 where one is missing.
int SumOf(const Snapshot& snapshot) {
  int sum = 0;
  int accounts = 0;
  const auto cursor = snapshot.Scan(KeyRange::Prefix("account/"));
  for (; cursor->Next(); ++accounts) sum += std::stoi(std::string(cursor->value()));
  EXPECT_TRUE(cursor->status().ok());
  return accounts == kAccounts ? sum : -1;
}

// Moves one from an account to another, as often as it takes to find both unchanged meanwhile.
void Transfer(int from, int to, const std::string& request_id, Store* store) {
  for (int tries = 0; tries < kTriesMax; ++tries) {
    const auto source = *store->Get(AccountKey(from));
    const auto target = *store->Get(AccountKey(to));
    Change change;
    change.request_scope = "transfer";
    change.request_id = request_id;
    change.preconditions = {Precondition::At(AccountKey(from), source->version),
                            Precondition::At(AccountKey(to), target->version)};
    change.puts = {{AccountKey(from), std::to_string(std::stoi(source->value) - 1)},
                   {AccountKey(to), std::to_string(std::stoi(target->value) + 1)}};
    change.index_puts = {"transfer/" + request_id};
    change.leaves = {request_id};
    const auto receipt = store->CommitAndWait(std::move(change));
    if (receipt.ok()) return;
    ASSERT_EQ(receipt.status().code(), absl::StatusCode::kAborted) << receipt.status();
  }
  FAIL() << "never found both accounts as they were read";
}

void TransferAtRandom(int writer, Store* store) {
  std::mt19937 random(writer);
  for (int i = 0; i < kTransfersPerWriter; ++i) {
    const int from = static_cast<int>(random() % kAccounts);
    const int to = (from + 1 + static_cast<int>(random() % (kAccounts - 1))) % kAccounts;
    Transfer(from, to, std::to_string(writer) + "-" + std::to_string(i), store);
  }
}

RocksDbOptions SmallMemory() {
  RocksDbOptions options;
  options.recent_keys_max = 8;
  options.cached_versions_max = 16;
  return options;
}

TEST(ManyWriters, ConserveWhatTheyMove) {
  for (const RocksDbOptions& options : {RocksDbOptions(), SmallMemory()}) {
    TemporaryStore store(options);
    OpenAccounts(&*store);
    std::atomic<bool> done = false;
    std::thread reader([&] {
      while (!done) {
        const auto snapshot = *store->TakeSnapshot();
        ASSERT_EQ(SumOf(*snapshot), kAccounts * kStart);
      }
    });
    std::vector<std::thread> writers;
    for (int writer = 0; writer < kWriters; ++writer) {
      writers.emplace_back([&store, writer] { TransferAtRandom(writer, &*store); });
    }
    for (std::thread& writer : writers) writer.join();
    done = true;
    reader.join();
    EXPECT_EQ(store->sequence(), 1u + kWriters * kTransfersPerWriter);
    EXPECT_EQ(store->leaf_count(), 1u * kWriters * kTransfersPerWriter);
    store.Reopen();
    EXPECT_EQ(SumOf(**store->TakeSnapshot()), kAccounts * kStart);
  }
}

TEST(ManyWriters, WriteEachRequestOnce) {
  TemporaryStore store(SmallMemory());
  constexpr int kRequests = 40;
  std::vector<std::vector<Sequence>> sequences(kWriters, std::vector<Sequence>(kRequests));
  std::atomic<int> written = 0;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int request = 0; request < kRequests; ++request) {
        Change change;
        change.request_scope = "all";
        change.request_id = std::to_string(request);
        change.preconditions = {Precondition::Absent("key/" + std::to_string(request))};
        change.puts = {{"key/" + std::to_string(request), ""}};
        const auto receipt = store->CommitAndWait(std::move(change));
        ASSERT_TRUE(receipt.ok()) << receipt.status();
        sequences[writer][request] = receipt->sequence;
        written += receipt->replayed ? 0 : 1;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(written, kRequests);
  EXPECT_EQ(store->sequence(), static_cast<Sequence>(kRequests));
  for (int writer = 1; writer < kWriters; ++writer) EXPECT_EQ(sequences[writer], sequences[0]);
}

TEST(ManyWriters, AreFollowedByTheFeedWithoutAGap) {
  TemporaryStore store;
  OpenAccounts(&*store);
  constexpr Sequence kLast = 1 + kWriters * kTransfersPerWriter;
  std::thread follower([&] {
    Sequence after = 0;
    while (after < kLast) {
      ASSERT_GT(store->WaitForFeed(after, milliseconds(60'000)), after);
      const std::vector<FeedEntry> entries = *store->Feed(after, 16);
      for (const FeedEntry& entry : entries) {
        ASSERT_EQ(entry.sequence, ++after);
        // What the feed tells can be read, at this version or a later one.
        for (const FeedChange& change : entry.changes)
          ASSERT_GE((*store->Get(change.key))->version, entry.sequence);
      }
    }
  });
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&store, writer] { TransferAtRandom(writer, &*store); });
  }
  for (std::thread& writer : writers) writer.join();
  follower.join();
}

TEST(ManyWriters, AreRefusedWhereTheQueueIsFullAndLoseNothing) {
  RocksDbOptions options;
  options.queued_changes_max = 4;
  TemporaryStore store(options);
  std::atomic<int> written = 0;
  std::atomic<int> refused = 0;
  constexpr int kChanges = 2000;
  for (int i = 0; i < kChanges; ++i) {
    Change change;
    change.puts = {{"key/" + std::to_string(i), ""}};
    store->Commit(std::move(change), [&](const absl::StatusOr<Receipt>& receipt) {
      if (receipt.ok()) {
        ++written;
      } else {
        EXPECT_EQ(receipt.status().code(), absl::StatusCode::kResourceExhausted);
        ++refused;
      }
    });
  }
  store.Close();  // answers all that is queued
  EXPECT_EQ(written + refused, kChanges);
  EXPECT_GT(refused, 0);
  store.Reopen();
  EXPECT_EQ(store->sequence(), static_cast<Sequence>(written));
}

TEST(ManyWriters, AreWrittenTogether) {
  TemporaryStore store;
  constexpr int kChanges = 1000;
  for (int i = 0; i < kChanges; ++i) {
    Change change;
    change.puts = {{"key/" + std::to_string(i), ""}};
    store->Commit(std::move(change),
                  [](const absl::StatusOr<Receipt>& receipt) { ASSERT_TRUE(receipt.ok()); });
  }
  ASSERT_EQ(store->WaitForFeed(kChanges - 1, milliseconds(60'000)), static_cast<Sequence>(kChanges));
  // A group may hold 256; that they all went alone would mean a sync each.
  EXPECT_LT(store->Stats().group_changes.count, kChanges / 4u);
}

// Who lost computes again, which the others' commits must not wait for.
TEST(Concurrency, AnswersTheLosersAwayFromTheThreadThatCommits) {
  TemporaryStore store;
  std::promise<std::thread::id> winner;
  std::promise<std::thread::id> loser;
  Change one;
  one.puts = {{"k", "1"}};
  Change other = one;
  other.preconditions = {Precondition::Absent("k")};
  store->Commit(std::move(one), [&](const absl::StatusOr<Receipt>& receipt) {
    EXPECT_TRUE(receipt.ok()) << receipt.status();
    winner.set_value(std::this_thread::get_id());
  });
  const std::thread::id committer = winner.get_future().get();
  store->Commit(std::move(other), [&](const absl::StatusOr<Receipt>& receipt) {
    EXPECT_EQ(receipt.status().code(), absl::StatusCode::kAlreadyExists);
    loser.set_value(std::this_thread::get_id());
  });
  EXPECT_NE(loser.get_future().get(), committer);
}

}  // namespace
}  // namespace ayni::storage
