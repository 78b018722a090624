#include "storage/rocksdb_store.h"

#include <utility>

#include "storage/bytes.h"
#include "storage/committer.h"
#include "storage/invariant.h"
#include "storage/rocksdb_database.h"
#include "storage/rocksdb_snapshot.h"

namespace ayni::storage {
namespace {

// Calls `take(last, row)` for the rows of a numbered table from the one that holds `first` on, until it
// returns false.
template <typename Take>
absl::Status ReadRows(const Database& database, Table table, uint64_t first, Take take) {
  const std::string end(1, static_cast<char>(static_cast<char>(table) + 1));
  const rocksdb::Slice end_slice(end);
  rocksdb::ReadOptions read;
  read.iterate_upper_bound = &end_slice;
  const std::unique_ptr<rocksdb::Iterator> rows(database.rocksdb()->NewIterator(read));
  for (rows->Seek(NumberedKey(table, first)); rows->Valid(); rows->Next()) {
    std::string_view key = rows->key().ToStringView().substr(kTableBytes);
    uint64_t last;
    if (!ReadBigEndian64(&key, &last)) return database.Corrupt("the key of a numbered row");
    if (!take(last, rows->value().ToStringView())) return absl::OkStatus();
  }
  return rows->status().ok() ? absl::OkStatus() : database.ReadFailed(rows->status());
}

}  // namespace

absl::StatusOr<std::unique_ptr<RocksDbStore>> RocksDbStore::Open(const std::string& path,
                                                                 const RocksDbOptions& options) {
  absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(path, options);
  if (!database.ok()) return database.status();
  return std::unique_ptr<RocksDbStore>(new RocksDbStore(*std::move(database), options));
}

RocksDbStore::RocksDbStore(std::unique_ptr<Database> database, const RocksDbOptions& options)
    : database_(std::move(database)), committer_(std::make_unique<Committer>(database_.get(), options)) {}

RocksDbStore::~RocksDbStore() = default;

void RocksDbStore::Commit(Change change, Done done) {
  committer_->Commit(std::move(change), std::move(done));
}

void RocksDbStore::Close() { committer_->Close(); }

absl::StatusOr<std::optional<StoredValue>> RocksDbStore::Get(std::string_view key) const {
  return GetRecord(*database_, nullptr, key);
}

absl::StatusOr<std::unique_ptr<Snapshot>> RocksDbStore::TakeSnapshot() const {
  return RocksDbSnapshot::Take(*database_);
}

Sequence RocksDbStore::sequence() const { return committer_->sequence(); }

uint64_t RocksDbStore::leaf_count() const { return committer_->leaf_count(); }

absl::StatusOr<std::vector<FeedEntry>> RocksDbStore::Feed(Sequence after, size_t limit) const {
  INVARIANT(limit > 0);
  std::vector<FeedEntry> entries;
  size_t bytes = 0;
  bool intact = true;
  const auto take = [&](uint64_t, std::string_view row) {
    intact = DecodeFeedRow(row, after, limit, &entries, &bytes);
    return intact && entries.size() < limit && bytes < kReadBytesMax;
  };
  if (absl::Status status = ReadRows(*database_, Table::kFeed, after + 1, take); !status.ok()) return status;
  if (!intact) return database_->Corrupt("a feed row");
  return entries;
}

Sequence RocksDbStore::WaitForFeed(Sequence after, std::chrono::milliseconds timeout) const {
  return committer_->WaitForCommit(after, timeout);
}

absl::StatusOr<std::vector<Leaf>> RocksDbStore::ReadLeaves(uint64_t first, size_t limit) const {
  INVARIANT(limit > 0);
  std::vector<Leaf> leaves;
  size_t bytes = 0;
  bool intact = true;
  const auto take = [&](uint64_t last, std::string_view row) {
    intact = DecodeLeafRow(row, last, first, limit, &leaves, &bytes);
    return intact && leaves.size() < limit && bytes < kReadBytesMax;
  };
  if (absl::Status status = ReadRows(*database_, Table::kLeaf, first, take); !status.ok()) return status;
  if (!intact) return database_->Corrupt("a leaf row");
  return leaves;
}

const std::string& RocksDbStore::secret() const { return database_->secret(); }

absl::Status RocksDbStore::Health() const { return database_->health().Read(); }

CommitStats RocksDbStore::Stats() const { return committer_->Stats(); }

}  // namespace ayni::storage
