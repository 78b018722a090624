// The RocksDB database under a store: opened as a store needs it, with every error of a read or a write
// turned into a Status and into the store's health.
#ifndef AYNI_STORAGE_ROCKSDB_DATABASE_H_
#define AYNI_STORAGE_ROCKSDB_DATABASE_H_

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/compaction_filter.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "storage/acknowledged.h"
#include "storage/health.h"
#include "storage/rocksdb_layout.h"
#include "storage/rocksdb_store.h"

namespace ayni::storage {

// Thread-safe.
class Database {
 public:
  // Opens the database at `path`, makes it where there is none, and checks its format, that its tables end
  // where its head says, and that this is not before what was acknowledged.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path,
                                                        const RocksDbOptions& options);

  // nullptr snapshot: the latest state. True: found, and *row holds the value.
  absl::StatusOr<bool> Get(const rocksdb::Snapshot* snapshot, std::string_view key,
                           rocksdb::PinnableSlice* row) const;

  // A write that is durable when it returns OK.
  absl::Status Write(rocksdb::WriteBatch* batch);

  // Callers are about to be told of the changes up to `sequence`. From one thread alone.
  void Acknowledge(Sequence sequence) { acknowledged_->Raise(sequence); }

  // Breaks the health, which keeps all that RocksDB says, and returns what callers may know: DataLoss for
  // what is corrupt, Unavailable for what could not be read.
  absl::Status ReadFailed(const rocksdb::Status& status) const;
  absl::Status Corrupt(std::string_view what) const;

  rocksdb::DB* rocksdb() const { return db_.get(); }
  const Health& health() const { return *health_; }
  const Head& head_at_open() const { return head_at_open_; }
  // Tells compactions what the last commit is, by which they know what is old.
  void NoteSequence(Sequence sequence) { last_sequence_->store(sequence, std::memory_order_relaxed); }
  const std::string& secret() const { return secret_; }

 private:
  explicit Database(std::unique_ptr<rocksdb::Env> env) : env_(std::move(env)) {}
  absl::Status ReadFormat();
  absl::Status ReadHead();
  // Draws the secret where there is none yet.
  absl::Status ReadSecret();
  // An error of the opening with all that is known of it.
  absl::Status Explained(const absl::Status& error) const { return health_->ok() ? error : health_->Read(); }
  absl::Status CheckAcknowledged(const std::string& path);
  absl::StatusOr<uint64_t> LastNumber(Table table) const;

  // Destroyed last: RocksDB's threads use both until the database is closed.
  const std::unique_ptr<rocksdb::Env> env_;
  const std::shared_ptr<Health> health_ = std::make_shared<Health>();
  const std::shared_ptr<std::atomic<Sequence>> last_sequence_ = std::make_shared<std::atomic<Sequence>>(0);
  std::unique_ptr<const rocksdb::CompactionFilter> forget_requests_;
  std::unique_ptr<rocksdb::DB> db_;
  Head head_at_open_;
  std::string secret_;
  std::unique_ptr<Acknowledged> acknowledged_;
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_ROCKSDB_DATABASE_H_
