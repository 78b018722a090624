// A store is opened again after what happens to files: a crash, a torn or flipped log, a lost log, a newer
// program.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/acknowledged.h"
#include "storage/bytes.h"
#include "storage/format_file.h"
#include "storage/rocksdb_database.h"
#include "storage/rocksdb_layout.h"
#include "tests/storage/model.h"
#include "tests/storage/random_change.h"
#include "tests/storage/temporary_store.h"

namespace ayni::storage {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::vector<fs::path> FilesOf(const std::string& folder, const std::string& extension) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == extension && entry.file_size() > 0) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// By the name of the file.
std::map<std::string, std::string> ContentsOf(const std::string& folder) {
  std::map<std::string, std::string> contents;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    contents[entry.path().filename()].assign(std::istreambuf_iterator<char>(file), {});
  }
  return contents;
}

void FlipBit(const fs::path& path, uint64_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const char byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(byte);
  ASSERT_TRUE(file.good());
}

constexpr int kChanges = 30;
constexpr size_t kValueBytes = 5000;

Change Numbered(int i) {
  Change change;
  change.puts = {{"key/" + std::to_string(i), std::string(kValueBytes, static_cast<char>(i))}};
  change.leaves = {"leaf " + std::to_string(i)};
  return change;
}

// What the files hold at the moment in which the process is killed, after kChanges that were acknowledged one
// by one.
class Crash {
 public:
  Crash() {
    TemporaryStore store;
    for (int i = 1; i <= kChanges; ++i) {
      EXPECT_TRUE(store->CommitAndWait(Numbered(i)).ok());
      const std::vector<fs::path> logs = FilesOf(store.path(), ".log");
      log_bytes_after_.push_back(logs.empty() ? 0 : fs::file_size(logs.back()));
    }
    fs::copy(store.path(), path());
  }

  std::string path() const { return folder_.path() + "/store"; }
  fs::path log() const { return FilesOf(path(), ".log").back(); }
  std::string acknowledged() const { return path() + "/" + Acknowledged::kFile; }
  // As if callers had been told of so many changes alone.
  void AcknowledgeUpTo(int last) const {
    fs::remove(acknowledged());
    (*Acknowledged::Open(path()))->Raise(last);
  }
  // Length of the log after so many changes.
  uint64_t LogBytesAfter(int changes) const { return log_bytes_after_[changes - 1]; }
  absl::StatusOr<std::unique_ptr<RocksDbStore>> Open() const { return RocksDbStore::Open(path(), {}); }

  // Expects changes 1..last and nothing more.
  void ExpectHolds(int last) const {
    const auto store = Open();
    ASSERT_TRUE(store.ok()) << store.status();
    EXPECT_EQ((*store)->sequence(), static_cast<Sequence>(last));
    EXPECT_EQ((*store)->leaf_count(), static_cast<uint64_t>(last));
    for (int i = 1; i <= kChanges; ++i) {
      EXPECT_EQ((*(*store)->Get("key/" + std::to_string(i))).has_value(), i <= last) << i;
    }
  }

 private:
  TemporaryFolder folder_;
  std::vector<uint64_t> log_bytes_after_;
};

TEST(Recovery, BringsBackAllThatWasAcknowledgedAfterAKill) { Crash().ExpectHolds(kChanges); }

TEST(Recovery, DropsAnUnfinishedLastRecordAlone) {
  for (const int64_t cut : {1, 100, 700}) {
    Crash crash;
    crash.AcknowledgeUpTo(kChanges - 1);
    fs::resize_file(crash.log(), crash.LogBytesAfter(kChanges) - cut);
    crash.ExpectHolds(kChanges - 1);
  }
}

TEST(Recovery, KeepsWhatStandsBeforeTheCut) {
  Crash crash;
  crash.AcknowledgeUpTo(12);
  fs::resize_file(crash.log(), crash.LogBytesAfter(12));
  crash.ExpectHolds(12);
}

TEST(Recovery, KeepsWhatWasWrittenAndNotYetAcknowledged) {
  Crash crash;
  crash.AcknowledgeUpTo(kChanges - 1);
  crash.ExpectHolds(kChanges);
}

TEST(Recovery, RefusesALogThatWasCutInWhatWasAcknowledged) {
  for (const int64_t cut : {1, 100, 20'000}) {
    Crash crash;
    fs::resize_file(crash.log(), crash.LogBytesAfter(kChanges) - cut);
    EXPECT_EQ(crash.Open().status().code(), absl::StatusCode::kDataLoss) << crash.Open().status();
  }
}

TEST(Recovery, RefusesALogThatIsGone) {
  Crash crash;
  fs::remove(crash.log());
  const absl::Status status = crash.Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("ends at change 0, and change 30 was acknowledged"));
}

TEST(Recovery, GoesOnWithoutALostLogWhereTheOperatorSaysSo) {
  Crash crash;
  fs::remove(crash.log());
  fs::remove(crash.acknowledged());
  crash.ExpectHolds(0);
}

TEST(Recovery, RefusesALogThatIsGoneSinceAnOrderlyClose) {
  TemporaryStore temporary;
  for (int i = 1; i <= kChanges; ++i) ASSERT_TRUE(temporary->CommitAndWait(Numbered(i)).ok());
  temporary.Close();
  for (const fs::path& log : FilesOf(temporary.path(), ".log")) fs::remove(log);
  EXPECT_EQ(RocksDbStore::Open(temporary.path(), {}).status().code(), absl::StatusCode::kDataLoss);
}

TEST(Recovery, RefusesAnAcknowledgementThatIsDamaged) {
  Crash crash;
  FlipBit(crash.acknowledged(), 2);
  EXPECT_EQ(crash.Open().status().code(), absl::StatusCode::kDataLoss);
}

TEST(Recovery, RefusesALogWithAFlippedBitInTheMiddle) {
  for (const int change : {1, 9, 20}) {
    Crash crash;
    FlipBit(crash.log(), (crash.LogBytesAfter(change) + crash.LogBytesAfter(change + 1)) / 2);
    EXPECT_EQ(crash.Open().status().code(), absl::StatusCode::kDataLoss) << crash.Open().status();
  }
}

TEST(Recovery, RefusesAFlippedTable) {
  RocksDbOptions options;
  options.write_buffer_bytes = 64 << 10;
  TemporaryStore temporary(options);
  for (int i = 1; i <= kChanges; ++i) ASSERT_TRUE(temporary->CommitAndWait(Numbered(i)).ok());
  temporary.Close();
  const std::vector<fs::path> tables = FilesOf(temporary.path(), ".sst");
  ASSERT_FALSE(tables.empty());
  // Every table, so that one of those that hold records is met.
  for (const fs::path& table : tables) FlipBit(table, fs::file_size(table) / 3);
  const auto store = RocksDbStore::Open(temporary.path(), {});
  if (!store.ok()) {
    EXPECT_EQ(store.status().code(), absl::StatusCode::kDataLoss) << store.status();
    return;
  }
  const auto snapshot = *(*store)->TakeSnapshot();
  const auto cursor = snapshot->Scan(KeyRange::All());
  while (cursor->Next()) continue;
  EXPECT_EQ(cursor->status().code(), absl::StatusCode::kDataLoss) << cursor->status();
  EXPECT_FALSE((*store)->Health().ok());
  EXPECT_EQ((*store)->CommitAndWait({}).status().code(), absl::StatusCode::kUnavailable);
}

void PutRaw(const std::string& path, const std::string& key, const std::string& value) {
  rocksdb::DB* db;
  ASSERT_TRUE(rocksdb::DB::Open({}, path, &db).ok());
  const std::unique_ptr<rocksdb::DB> owner(db);
  ASSERT_TRUE(db->Put({}, key, value).ok());
}

TEST(Recovery, KeepsTheSecret) {
  TemporaryStore store;
  const std::string secret = store->secret();
  EXPECT_EQ(secret.size(), kSecretBytes);
  EXPECT_NE(secret, TemporaryStore()->secret());
  ASSERT_TRUE(store->CommitAndWait(Numbered(1)).ok());
  store.Reopen();
  EXPECT_EQ(store->secret(), secret);
}

TEST(Recovery, ForgetsOldRequestsAndNoOthers) {
  constexpr int kRequests = 20;
  RocksDbOptions options;
  options.requests_remembered_min = 5;
  TemporaryStore store(options);
  const auto request = [](int i) {
    Change change = Numbered(i);
    change.request_scope = "scope";
    change.request_id = std::to_string(i);
    change.request_digest = "digest";
    return change;
  };
  for (int i = 1; i <= kRequests; ++i) ASSERT_TRUE(store->CommitAndWait(request(i)).ok());
  store.Close();
  {
    const auto database = Database::Open(store.path(), options);
    ASSERT_TRUE(database.ok()) << database.status();
    rocksdb::CompactRangeOptions compaction;
    compaction.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    ASSERT_TRUE((*database)->rocksdb()->CompactRange(compaction, nullptr, nullptr).ok());
  }
  store.Reopen();
  const auto replayed = [&](int i) {
    const auto receipt = store->CommitAndWait(request(i));
    EXPECT_TRUE(receipt.ok()) << receipt.status();
    return receipt->replayed;
  };
  EXPECT_TRUE(replayed(kRequests));
  EXPECT_TRUE(replayed(kRequests - 5));
  EXPECT_FALSE(replayed(kRequests - 6));
  EXPECT_FALSE(replayed(1));
}

TEST(Recovery, RefusesTheFormatOfANewerProgram) {
  Crash crash;
  std::string version;
  AppendFixed64(&version, kFormatVersion + 1);
  PutRaw(crash.path(), FormatKey(), version);
  const auto store = crash.Open();
  EXPECT_EQ(store.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(store.status().message()), HasSubstr("newer program"));
}

// A newer program's log may hold what this one would drop, and its files what this one would rewrite.
TEST(Recovery, ChangesNothingInTheStoreOfANewerProgram) {
  for (const char* format : {"2\n", "two\n", ""}) {
    Crash crash;
    std::ofstream(crash.path() + "/" + kFormatFile) << format;
    const auto files = ContentsOf(crash.path());
    const auto store = crash.Open();
    EXPECT_EQ(store.status().code(), absl::StatusCode::kFailedPrecondition) << store.status();
    EXPECT_THAT(std::string(store.status().message()), HasSubstr("newer program"));
    EXPECT_EQ(ContentsOf(crash.path()), files);
  }
}

TEST(Recovery, OpensAStoreThatHasNoFileOfItsFormatAndMakesIt) {
  Crash crash;
  fs::remove(crash.path() + "/" + kFormatFile);
  ASSERT_TRUE(crash.Open().ok());
  std::string text;
  std::getline(std::ifstream(crash.path() + "/" + kFormatFile), text);
  EXPECT_EQ(text, std::to_string(kFormatVersion));
}

TEST(Recovery, RefusesAFeedThatDoesNotEndWhereTheHeadSays) {
  Crash crash;
  PutRaw(crash.path(), HeadKey(), EncodeHead({kChanges - 1, kChanges}));
  EXPECT_EQ(crash.Open().status().code(), absl::StatusCode::kDataLoss);
}

TEST(Recovery, RefusesALedgerThatDoesNotEndWhereTheHeadSays) {
  Crash crash;
  PutRaw(crash.path(), HeadKey(), EncodeHead({kChanges, kChanges + 1}));
  EXPECT_EQ(crash.Open().status().code(), absl::StatusCode::kDataLoss);
}

TEST(Recovery, RefusesADatabaseThatIsNoStore) {
  TemporaryFolder folder;
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db;
  ASSERT_TRUE(rocksdb::DB::Open(options, folder.path() + "/other", &db).ok());
  ASSERT_TRUE(db->Put({}, "some", "thing").ok());
  delete db;
  EXPECT_EQ(RocksDbStore::Open(folder.path() + "/other", {}).status().code(), absl::StatusCode::kDataLoss);
}

TEST(Recovery, RefusesAStoreThatIsOpenAlready) {
  TemporaryStore store;
  const absl::Status status = RocksDbStore::Open(store.path(), {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("another process has it open"));
}

}  // namespace
}  // namespace ayni::storage
