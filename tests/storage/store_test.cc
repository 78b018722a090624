#include "storage/store.h"

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/failed_preconditions.h"
#include "tests/storage/temporary_store.h"

namespace ayni::storage {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

Change PutOf(std::string key, std::string value) {
  Change change;
  change.puts.push_back({std::move(key), std::move(value)});
  return change;
}

Change Requested(Change change, std::string id, std::string digest = "digest") {
  change.request_scope = "scope";
  change.request_id = std::move(id);
  change.request_digest = std::move(digest);
  return change;
}

absl::StatusCode CodeOf(const absl::StatusOr<Receipt>& receipt) { return receipt.status().code(); }

std::string ValueOf(const Reader& reader, std::string_view key) {
  const auto stored = reader.Get(key);
  EXPECT_TRUE(stored.ok()) << stored.status();
  return stored.ok() && stored->has_value() ? (*stored)->value : "(absent)";
}

Version VersionOf(const Reader& reader, std::string_view key) {
  const auto stored = reader.Get(key);
  EXPECT_TRUE(stored.ok()) << stored.status();
  return stored.ok() && stored->has_value() ? (*stored)->version : 0;
}

TEST(Store, StartsEmpty) {
  TemporaryStore store;
  EXPECT_EQ(store->sequence(), 0u);
  EXPECT_EQ(store->leaf_count(), 0u);
  EXPECT_EQ(ValueOf(*store, "a"), "(absent)");
  EXPECT_THAT(*store->Feed(0, 10), IsEmpty());
  EXPECT_THAT(*store->ReadLeaves(0, 10), IsEmpty());
  EXPECT_TRUE(store->Health().ok());
}

TEST(Store, GivesAKeyTheSequenceOfItsLastWriteAsVersion) {
  TemporaryStore store;
  EXPECT_EQ(store->CommitAndWait(PutOf("a", "1"))->sequence, 1u);
  EXPECT_EQ(store->CommitAndWait(PutOf("b", ""))->sequence, 2u);
  EXPECT_EQ(store->CommitAndWait(PutOf("a", "3"))->sequence, 3u);
  EXPECT_EQ(VersionOf(*store, "a"), 3u);
  EXPECT_EQ(VersionOf(*store, "b"), 2u);
  EXPECT_EQ(ValueOf(*store, "a"), "3");
  EXPECT_EQ(ValueOf(*store, "b"), "");
}

TEST(Store, KeepsEverythingAcrossReopening) {
  TemporaryStore store;
  Change change = PutOf("a", "1");
  change.index_puts = {"by-kind/a"};
  change.leaves = {"leaf 0", "leaf 1"};
  ASSERT_TRUE(store->CommitAndWait(std::move(change)).ok());
  Change second;
  second.deletes = {"a"};
  second.puts = {{"b", "2"}};
  second.leaves = {"leaf 2"};
  ASSERT_TRUE(store->CommitAndWait(std::move(second)).ok());
  store.Reopen();
  EXPECT_EQ(store->sequence(), 2u);
  EXPECT_EQ(store->leaf_count(), 3u);
  EXPECT_EQ(ValueOf(*store, "a"), "(absent)");
  EXPECT_EQ(VersionOf(*store, "b"), 2u);
  const std::vector<Leaf> leaves = *store->ReadLeaves(1, 10);
  ASSERT_EQ(leaves.size(), 2u);
  EXPECT_EQ(leaves[1].bytes, "leaf 2");
  const std::vector<FeedEntry> feed = *store->Feed(0, 10);
  ASSERT_EQ(feed.size(), 2u);
  EXPECT_EQ(feed[1].leaf_first, 2u);
  ASSERT_EQ(feed[1].changes.size(), 2u);
  EXPECT_EQ(feed[1].changes[1].key, "a");
  EXPECT_TRUE(feed[1].changes[1].deleted);
}

TEST(Store, RefusesToCreateWhatExists) {
  TemporaryStore store;
  ASSERT_TRUE(store->CommitAndWait(PutOf("a", "1")).ok());
  Change change = PutOf("a", "2");
  change.preconditions = {Precondition::Absent("a"), Precondition::Absent("b")};
  const auto receipt = store->CommitAndWait(std::move(change));
  EXPECT_EQ(CodeOf(receipt), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(ConflictingKeys(receipt.status()), ElementsAre("a"));
  EXPECT_EQ(ValueOf(*store, "a"), "1");
  EXPECT_EQ(store->sequence(), 1u);
}

TEST(Store, NamesEveryPreconditionThatFails) {
  TemporaryStore store;
  ASSERT_TRUE(store->CommitAndWait(PutOf("a", "1")).ok());
  Change change = PutOf("z", "2");
  change.preconditions = {Precondition::Absent("a"), Precondition::Exists("b"), Precondition::At("a", 7),
                          Precondition::At("c", 1),  Precondition::Exists("a"), Precondition::At("a", 1)};
  const auto receipt = store->CommitAndWait(std::move(change));
  EXPECT_EQ(CodeOf(receipt), absl::StatusCode::kAborted);
  EXPECT_THAT(ConflictingKeys(receipt.status()), ElementsAre("a", "b", "a", "c"));
  EXPECT_EQ(ValueOf(*store, "z"), "(absent)");
}

TEST(Store, RefusesAChangeThatWantedNothingUnderAPrefix) {
  TemporaryStore store;
  const auto commit = [&](Precondition precondition) {
    Change change;
    change.preconditions = {std::move(precondition)};
    change.puts = {{"z", ""}};
    return CodeOf(store->CommitAndWait(std::move(change)));
  };
  Change first = PutOf("a/1", "1");
  first.index_puts = {"i/a"};
  ASSERT_TRUE(store->CommitAndWait(std::move(first)).ok());
  EXPECT_EQ(commit(Precondition::NoRecord("a/")), absl::StatusCode::kAborted);
  EXPECT_EQ(commit(Precondition::NoIndexKey("i/")), absl::StatusCode::kAborted);
  EXPECT_EQ(commit(Precondition::IndexKeyCount("i/", 0)), absl::StatusCode::kAborted);
  EXPECT_EQ(commit(Precondition::IndexKeyCount("i/", 1)), absl::StatusCode::kOk);
  EXPECT_EQ(commit(Precondition::IndexKeyCount("i/", 2)), absl::StatusCode::kAborted);
  EXPECT_EQ(commit(Precondition::NoRecord("i/")), absl::StatusCode::kOk);
  EXPECT_EQ(commit(Precondition::NoIndexKey("a/")), absl::StatusCode::kOk);
  Change second;
  second.deletes = {"a/1"};
  second.index_deletes = {"i/a"};
  ASSERT_TRUE(store->CommitAndWait(std::move(second)).ok());
  EXPECT_EQ(commit(Precondition::NoRecord("a/")), absl::StatusCode::kOk);
  EXPECT_EQ(commit(Precondition::NoIndexKey("i/")), absl::StatusCode::kOk);
  EXPECT_EQ(commit(Precondition::IndexKeyCount("i/", 0)), absl::StatusCode::kOk);
}

// One of the two: a key under the prefix, or the change that wants none. Whether they meet in a group or not.
TEST(Store, LetsEitherAKeyOrTheWantOfItWin) {
  TemporaryStore store;
  for (int i = 0; i < 200; ++i) {
    const std::string prefix = absl::StrCat("p", i, "/");
    Change put = PutOf(absl::StrCat(prefix, "1"), "");
    put.preconditions = {Precondition::Absent(absl::StrCat("gone", i))};
    put.index_puts = {absl::StrCat(prefix, "2")};
    Change want = PutOf(absl::StrCat("gone", i), "");
    want.preconditions = {i % 2 == 0 ? Precondition::NoRecord(prefix) : Precondition::NoIndexKey(prefix)};
    std::atomic<int> written = 0;
    std::atomic<int> answered = 0;
    const auto done = [&](const absl::StatusOr<Receipt>& receipt) {
      written += receipt.ok() ? 1 : 0;
      ++answered;
    };
    std::thread other([&] { store->Commit(std::move(put), done); });
    store->Commit(std::move(want), done);
    other.join();
    while (answered < 2) std::this_thread::yield();
    EXPECT_EQ(written, 1) << i;
  }
}

TEST(Store, LetsAChangeRelyOnOneThatIsNotAnsweredYet) {
  TemporaryStore store;
  constexpr int kSteps = 500;
  std::atomic<int> failures = 0;
  const auto count = [&](const absl::StatusOr<Receipt>& receipt) { failures += receipt.ok() ? 0 : 1; };
  for (int i = 0; i < kSteps; ++i) {
    Change change = PutOf("step/" + std::to_string(i), "");
    change.preconditions.push_back(Precondition::Absent("step/" + std::to_string(i)));
    if (i > 0) change.preconditions.push_back(Precondition::At("step/" + std::to_string(i - 1), i));
    store->Commit(std::move(change), count);
  }
  ASSERT_TRUE(store->CommitAndWait(PutOf("end", "")).ok());
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(store->sequence(), kSteps + 1u);
}

TEST(Store, AnswersARepeatedRequestAsItDidTheFirst) {
  TemporaryStore store;
  Change change = Requested(PutOf("a", "1"), "id");
  change.preconditions = {Precondition::Absent("a")};
  change.response = "created";
  ASSERT_FALSE(store->CommitAndWait(change)->replayed);
  ASSERT_TRUE(store->CommitAndWait(PutOf("a", "2")).ok());
  for (int reopened = 0; reopened < 2; ++reopened) {
    const auto again = store->CommitAndWait(change);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->sequence, 1u);
    EXPECT_EQ(again->response, "created");
    EXPECT_EQ(ValueOf(*store, "a"), "2");
    store.Reopen();
  }
}

TEST(Store, RefusesARequestIdWithAnotherContent) {
  TemporaryStore store;
  ASSERT_TRUE(store->CommitAndWait(Requested(PutOf("a", "1"), "id", "one")).ok());
  EXPECT_EQ(CodeOf(store->CommitAndWait(Requested(PutOf("a", "2"), "id", "two"))),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ValueOf(*store, "a"), "1");
}

TEST(Store, KeepsTheRequestIdsOfTwoScopesApart) {
  TemporaryStore store;
  Change one = Requested(PutOf("a", "1"), "id");
  Change two = Requested(PutOf("b", "1"), "id");
  two.request_scope = "other";
  ASSERT_TRUE(store->CommitAndWait(std::move(one)).ok());
  EXPECT_FALSE(store->CommitAndWait(std::move(two))->replayed);
}

TEST(Store, WritesARequestOnceHoweverOftenItIsSentAtOnce) {
  TemporaryStore store;
  std::atomic<int> written = 0;
  std::atomic<int> replayed = 0;
  constexpr int kRepeats = 300;
  for (int i = 0; i < kRepeats; ++i) {
    Change change = Requested(PutOf("a", "1"), "id");
    change.response = "created";
    change.preconditions = {Precondition::Absent("a")};
    store->Commit(std::move(change), [&](absl::StatusOr<Receipt> receipt) {
      ASSERT_TRUE(receipt.ok()) << receipt.status();
      EXPECT_EQ(receipt->response, "created");
      EXPECT_EQ(receipt->sequence, 1u);
      ++(receipt->replayed ? replayed : written);
    });
  }
  ASSERT_TRUE(store->CommitAndWait(PutOf("end", "")).ok());
  EXPECT_EQ(written, 1);
  EXPECT_EQ(replayed, kRepeats - 1);
}

TEST(Store, HashesLeavesAsRfc6962Does) {
  TemporaryStore store;
  Change change;
  change.leaves = {""};
  ASSERT_TRUE(store->CommitAndWait(std::move(change)).ok());
  const std::vector<Leaf> leaves = *store->ReadLeaves(0, 1);
  ASSERT_EQ(leaves.size(), 1u);
  // The leaf hash of the empty string, as in the test vectors of certificate-transparency.
  EXPECT_THAT(std::vector<int>(leaves[0].hash.begin(), leaves[0].hash.begin() + 4),
              ElementsAre(0x6e, 0x34, 0x0b, 0x9c));
}

TEST(Store, ReadsTheFeedAndTheLeavesInPieces) {
  TemporaryStore store;
  constexpr uint64_t kCommits = 700;
  for (uint64_t i = 1; i <= kCommits; ++i) {
    Change change = PutOf("key/" + std::to_string(i), "");
    change.leaves = {"leaf " + std::to_string(i)};
    store->Commit(std::move(change),
                  [](const absl::StatusOr<Receipt>& receipt) { ASSERT_TRUE(receipt.ok()); });
  }
  EXPECT_EQ(store->WaitForFeed(kCommits - 1, milliseconds(10'000)), kCommits);
  for (const size_t limit : {size_t{1}, size_t{7}, size_t{1000}}) {
    Sequence after = 0;
    while (after < kCommits) {
      const std::vector<FeedEntry> entries = *store->Feed(after, limit);
      ASSERT_FALSE(entries.empty());
      ASSERT_LE(entries.size(), limit);
      for (const FeedEntry& entry : entries) {
        ASSERT_EQ(entry.sequence, ++after);
        ASSERT_EQ(entry.leaf_first, after - 1);
        ASSERT_EQ(entry.changes[0].key, "key/" + std::to_string(after));
      }
    }
    uint64_t index = 0;
    while (index < kCommits) {
      const std::vector<Leaf> leaves = *store->ReadLeaves(index, limit);
      ASSERT_FALSE(leaves.empty());
      for (const Leaf& leaf : leaves) ASSERT_EQ(leaf.bytes, "leaf " + std::to_string(++index));
    }
  }
}

TEST(Store, WakesWhoWaitsForTheFeed) {
  TemporaryStore store;
  EXPECT_EQ(store->WaitForFeed(0, milliseconds(1)), 0u);
  std::thread writer([&] { EXPECT_TRUE(store->CommitAndWait(PutOf("a", "1")).ok()); });
  EXPECT_EQ(store->WaitForFeed(0, milliseconds(10'000)), 1u);
  writer.join();
}

TEST(Snapshot, ReadsOneMoment) {
  TemporaryStore store;
  Change change = PutOf("needs/1", "one");
  change.index_puts = {"by/1"};
  change.leaves = {"leaf"};
  ASSERT_TRUE(store->CommitAndWait(std::move(change)).ok());
  const auto snapshot = *store->TakeSnapshot();
  Change later = PutOf("needs/2", "two");
  later.deletes = {"needs/1"};
  later.index_deletes = {"by/1"};
  later.index_puts = {"by/2"};
  ASSERT_TRUE(store->CommitAndWait(std::move(later)).ok());
  EXPECT_EQ(snapshot->sequence(), 1u);
  EXPECT_EQ(snapshot->leaf_count(), 1u);
  EXPECT_EQ(ValueOf(*snapshot, "needs/1"), "one");
  EXPECT_EQ(ValueOf(*snapshot, "needs/2"), "(absent)");
  const auto needs = snapshot->Scan(KeyRange::Prefix("needs/"));
  ASSERT_TRUE(needs->Next());
  EXPECT_EQ(needs->key(), "needs/1");
  EXPECT_EQ(needs->value(), "one");
  EXPECT_EQ(needs->version(), 1u);
  EXPECT_FALSE(needs->Next());
  EXPECT_FALSE(needs->Next());
  EXPECT_TRUE(needs->status().ok());
  const auto index = snapshot->ScanIndex(KeyRange::All());
  ASSERT_TRUE(index->Next());
  EXPECT_EQ(index->key(), "by/1");
  EXPECT_FALSE(index->Next());
}

TEST(Snapshot, ScansWhatARangeHoldsAndNothingBesides) {
  TemporaryStore store;
  Change change;
  for (const std::string& key : {std::string("a"), std::string("a\xff"), std::string("a\xff\xff"),
                                 std::string("b"), std::string("\xff"), std::string("\xff\xff")}) {
    change.puts.push_back({key, ""});
  }
  ASSERT_TRUE(store->CommitAndWait(std::move(change)).ok());
  const auto snapshot = *store->TakeSnapshot();
  const auto keys = [&](const KeyRange& range) {
    std::vector<std::string> found;
    const auto cursor = snapshot->Scan(range);
    while (cursor->Next()) found.emplace_back(cursor->key());
    EXPECT_TRUE(cursor->status().ok());
    return found;
  };
  EXPECT_THAT(keys(KeyRange::Prefix("a")), ElementsAre("a", "a\xff", "a\xff\xff"));
  EXPECT_THAT(keys(KeyRange::Prefix("a\xff")), ElementsAre("a\xff", "a\xff\xff"));
  EXPECT_THAT(keys(KeyRange::Prefix("\xff")), ElementsAre("\xff", "\xff\xff"));
  EXPECT_THAT(keys({"a\xff", "b"}), ElementsAre("a\xff", "a\xff\xff"));
  EXPECT_THAT(keys({"c", "c"}), IsEmpty());
  EXPECT_EQ(keys(KeyRange::All()).size(), 6u);
}

TEST(Store, CountsWhatItDid) {
  TemporaryStore store;
  ASSERT_TRUE(store->CommitAndWait(Requested(PutOf("a", "1"), "id")).ok());
  ASSERT_TRUE(store->CommitAndWait(Requested(PutOf("a", "1"), "id")).ok());
  Change failing;
  failing.preconditions = {Precondition::Absent("a")};
  ASSERT_FALSE(store->CommitAndWait(std::move(failing)).ok());
  ASSERT_FALSE(store->CommitAndWait(PutOf("", "")).ok());
  const CommitStats stats = store->Stats();
  EXPECT_EQ(stats.committed, 1u);
  EXPECT_EQ(stats.replayed, 1u);
  EXPECT_EQ(stats.failed, 1u);
  EXPECT_EQ(stats.refused, 1u);
  EXPECT_EQ(stats.commit_micros.count, 1u);
  EXPECT_EQ(stats.group_changes.sum, 1u);
}

}  // namespace
}  // namespace ayni::storage
