// One moment of a RocksDB store, and the walks over it.
#ifndef AYNI_STORAGE_ROCKSDB_SNAPSHOT_H_
#define AYNI_STORAGE_ROCKSDB_SNAPSHOT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "storage/rocksdb_database.h"
#include "storage/store.h"

namespace ayni::storage {

// The value of a record, at the snapshot's moment or, with nullptr, the latest.
absl::StatusOr<std::optional<StoredValue>> GetRecord(const Database& database,
                                                     const rocksdb::Snapshot* snapshot, std::string_view key);

class RocksDbSnapshot : public Snapshot {
 public:
  static absl::StatusOr<std::unique_ptr<Snapshot>> Take(const Database& database);
  ~RocksDbSnapshot() override;

  absl::StatusOr<std::optional<StoredValue>> Get(std::string_view key) const override;
  Sequence sequence() const override { return head_.sequence; }
  uint64_t leaf_count() const override { return head_.leaf_count; }
  std::unique_ptr<Cursor> Scan(const KeyRange& range) const override;
  std::unique_ptr<Cursor> ScanIndex(const KeyRange& range) const override;

 private:
  explicit RocksDbSnapshot(const Database& database)
      : database_(database), snapshot_(database.rocksdb()->GetSnapshot()) {}

  const Database& database_;
  const rocksdb::Snapshot* const snapshot_;
  Head head_;
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_ROCKSDB_SNAPSHOT_H_
