#include "storage/rocksdb_snapshot.h"

#include <utility>

namespace ayni::storage {
namespace {

// Rows of one table, in a range of its keys.
class RocksDbCursor : public Cursor {
 public:
  RocksDbCursor(const Database& database, const rocksdb::Snapshot* snapshot, Table table,
                const KeyRange& range)
      : database_(database), table_(table), end_(EndKey(table, range)), end_slice_(end_) {
    rocksdb::ReadOptions read;
    read.snapshot = snapshot;
    read.iterate_upper_bound = &end_slice_;
    rows_.reset(database.rocksdb()->NewIterator(read));
    rows_->Seek(TableKey(table, range.begin));
  }

  bool Next() override {
    if (!status_.ok()) return false;
    if (started_ && rows_->Valid()) rows_->Next();
    started_ = true;
    if (!rows_->Valid()) {
      if (!rows_->status().ok()) status_ = database_.ReadFailed(rows_->status());
      return false;
    }
    key_ = rows_->key().ToStringView().substr(kTableBytes);
    if (table_ == Table::kRecord && !SplitRecord(rows_->value().ToStringView(), &version_, &value_)) {
      status_ = database_.Corrupt("a record without a version");
      return false;
    }
    return true;
  }

  std::string_view key() const override { return key_; }
  Version version() const override { return version_; }
  std::string_view value() const override { return value_; }
  absl::Status status() const override { return status_; }

 private:
  static std::string EndKey(Table table, const KeyRange& range) {
    if (!range.end.empty()) return TableKey(table, range.end);
    return std::string(1, static_cast<char>(static_cast<char>(table) + 1));
  }

  const Database& database_;
  const Table table_;
  const std::string end_;
  const rocksdb::Slice end_slice_;
  std::unique_ptr<rocksdb::Iterator> rows_;
  bool started_ = false;
  absl::Status status_;
  std::string_view key_;
  std::string_view value_;
  Version version_ = 0;
};

}  // namespace

absl::StatusOr<std::optional<StoredValue>> GetRecord(const Database& database,
                                                     const rocksdb::Snapshot* snapshot,
                                                     std::string_view key) {
  rocksdb::PinnableSlice row;
  const absl::StatusOr<bool> found = database.Get(snapshot, TableKey(Table::kRecord, key), &row);
  if (!found.ok()) return found.status();
  if (!*found) return std::nullopt;
  StoredValue stored;
  std::string_view value;
  if (!SplitRecord(row.ToStringView(), &stored.version, &value))
    return database.Corrupt("a record without a version");
  stored.value = value;
  return stored;
}

absl::StatusOr<std::unique_ptr<Snapshot>> RocksDbSnapshot::Take(const Database& database) {
  std::unique_ptr<RocksDbSnapshot> snapshot(new RocksDbSnapshot(database));
  rocksdb::PinnableSlice row;
  const absl::StatusOr<bool> found = database.Get(snapshot->snapshot_, HeadKey(), &row);
  if (!found.ok()) return found.status();
  if (!*found || !DecodeHead(row.ToStringView(), &snapshot->head_)) return database.Corrupt("the head");
  return snapshot;
}

RocksDbSnapshot::~RocksDbSnapshot() { database_.rocksdb()->ReleaseSnapshot(snapshot_); }

absl::StatusOr<std::optional<StoredValue>> RocksDbSnapshot::Get(std::string_view key) const {
  return GetRecord(database_, snapshot_, key);
}

std::unique_ptr<Cursor> RocksDbSnapshot::Scan(const KeyRange& range) const {
  return std::make_unique<RocksDbCursor>(database_, snapshot_, Table::kRecord, range);
}

std::unique_ptr<Cursor> RocksDbSnapshot::ScanIndex(const KeyRange& range) const {
  return std::make_unique<RocksDbCursor>(database_, snapshot_, Table::kIndex, range);
}

}  // namespace ayni::storage
