// The Store on an embedded RocksDB: the default, one process over one folder.
//
// One thread commits. It takes all that waits, checks each change against the state that the ones before it
// leave, and writes those that stand in one synced write. Figures and the reasons behind the options:
// storage/README.md.
#ifndef AYNI_STORAGE_ROCKSDB_STORE_H_
#define AYNI_STORAGE_ROCKSDB_STORE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace rocksdb {
class FileSystem;
}

namespace ayni::storage {

inline constexpr size_t kQueuedChangesMax = 4096;
// Once this much is queued nothing more is taken in, so that a queue holds at most this and one change.
inline constexpr size_t kQueuedBytesMax = 128 << 20;
inline constexpr size_t kGroupChangesMax = 256;
inline constexpr size_t kGroupBytesMax = 4 << 20;  // a larger change is a group of its own

// What a request_id was answered is remembered for at least this many commits after it, and forgotten at the
// next compaction of its file.
inline constexpr uint64_t kRequestsRememberedMin = 10'000'000;

// Keys of the latest commits, by which the committer knows what was written since a caller read: a generation
// of them must outlast the queue. See recent_writes.h.
inline constexpr size_t kRecentKeysMax = 4 * kQueuedChangesMax;
// Versions of keys that changes keep asking for: see version_cache.h.
inline constexpr size_t kCachedVersionsMax = 1 << 16;
// Tables that are kept open: of 64 MiB each, so all of them up to 32 GiB.
inline constexpr int kOpenTablesMax = 512;

struct RocksDbOptions {
  size_t block_cache_bytes = 256 << 20;
  size_t write_buffer_bytes = 32 << 20;
  size_t queued_changes_max = kQueuedChangesMax;
  size_t queued_bytes_max = kQueuedBytesMax;
  size_t recent_keys_max = kRecentKeysMax;
  size_t cached_versions_max = kCachedVersionsMax;
  uint64_t requests_remembered_min = kRequestsRememberedMin;
  size_t change_items_max = kChangeItemsMax;
  // Where the files lie; nullptr: the machine's own file system.
  std::shared_ptr<rocksdb::FileSystem> file_system;
};

class RocksDbStore : public Store {
 public:
  // Opens the store in folder `path`, and makes it where there is none.
  //   FailedPrecondition  the store was written by a newer program
  //   DataLoss            what was acknowledged can't be read back
  //   Unavailable         an I/O error, or another process has it open
  static absl::StatusOr<std::unique_ptr<RocksDbStore>> Open(const std::string& path,
                                                            const RocksDbOptions& options);

  // Writes and answers all that is queued, and closes. REQUIRES: no other thread uses the store any more.
  ~RocksDbStore() override;

  void Commit(Change change, Done done) override;
  void Close() override;
  absl::StatusOr<std::optional<StoredValue>> Get(std::string_view key) const override;
  absl::StatusOr<std::unique_ptr<Snapshot>> TakeSnapshot() const override;
  Sequence sequence() const override;
  uint64_t leaf_count() const override;
  absl::StatusOr<std::vector<FeedEntry>> Feed(Sequence after, size_t limit) const override;
  Sequence WaitForFeed(Sequence after, std::chrono::milliseconds timeout) const override;
  absl::StatusOr<std::vector<Leaf>> ReadLeaves(uint64_t first, size_t limit) const override;
  const std::string& secret() const override;
  absl::Status Health() const override;
  CommitStats Stats() const override;

 private:
  RocksDbStore(std::unique_ptr<class Database> database, const RocksDbOptions& options);

  // The committer uses the database until it is destroyed, so it is declared after it.
  const std::unique_ptr<class Database> database_;
  const std::unique_ptr<class Committer> committer_;
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_ROCKSDB_STORE_H_
