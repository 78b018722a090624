// The one thread that writes a RocksDB store.
//
// It takes all that waits (a group), checks each change in turn against the database and what the earlier
// ones of the group write, puts those that stand into one batch, writes it with one sync, and then answers
// the whole group. What a change costs on this thread bounds what the store can do, so callers read and hash
// before they queue.
#ifndef AYNI_STORAGE_COMMITTER_H_
#define AYNI_STORAGE_COMMITTER_H_

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "storage/commit_queue.h"
#include "storage/group_batch.h"
#include "storage/loser_answers.h"
#include "storage/recent_writes.h"
#include "storage/rocksdb_database.h"
#include "storage/rocksdb_layout.h"
#include "storage/rocksdb_store.h"
#include "storage/version_cache.h"

namespace ayni::storage {

// Thread-safe.
class Committer {
 public:
  // REQUIRES: the database outlives the committer, and nothing else writes to it.
  Committer(Database* database, const RocksDbOptions& options);
  ~Committer();

  // Writes and answers what is queued, and refuses all that comes later.
  void Close();

  void Commit(Change change, Store::Done done);

  Sequence sequence() const { return sequence_.load(std::memory_order_acquire); }
  uint64_t leaf_count() const { return leaf_count_.load(std::memory_order_acquire); }
  Sequence WaitForCommit(Sequence after, std::chrono::milliseconds timeout) const;
  CommitStats Stats() const;

 private:
  // What becomes of one change of a group, once the group is written.
  struct Outcome {
    absl::Status status;
    Receipt receipt;
    bool in_batch = false;  // it stands, or repeats one that stands, only if the batch is written
    bool written = false;
  };

  // On the caller's thread: reads what the committer will want to know. A receipt: the request was answered
  // before.
  absl::StatusOr<std::optional<Receipt>> Observe(PendingChange* pending) const;
  void Refuse(const absl::Status& status, Store::Done* done);

  // All below: on the committer's thread.
  void Run();
  void CommitGroup(const Group& group);
  Outcome Admit(const PendingChange& pending, GroupBatch* batch);
  absl::StatusOr<std::optional<Receipt>> FindRequest(const PendingChange& pending,
                                                     const GroupBatch& batch) const;
  absl::Status CheckPreconditions(const PendingChange& pending, const GroupBatch& batch);
  absl::StatusOr<bool> Holds(const PendingChange& pending, size_t precondition, const GroupBatch& batch);
  absl::StatusOr<Version> CurrentVersion(const PendingChange& pending, size_t precondition) const;
  void Remember(const PendingChange& pending, Sequence sequence);
  absl::Status Write(GroupBatch* batch);
  void Publish(const Head& head);
  void Answer(const absl::Status& written, const Group& group, std::vector<Outcome>* outcomes);

  Database& database_;
  const ChangeLimits limits_;
  CommitQueue queue_;

  // The committer's thread alone.
  Head head_;
  RecentWrites recent_records_;
  RecentWrites recent_requests_;

  VersionCache version_cache_;

  std::atomic<Sequence> sequence_;
  std::atomic<uint64_t> leaf_count_;
  mutable std::mutex published_mutex_;
  mutable std::condition_variable published_;

  std::atomic<uint64_t> committed_{0};
  std::atomic<uint64_t> replayed_{0};
  std::atomic<uint64_t> failed_{0};
  std::atomic<uint64_t> refused_{0};
  HistogramCounter group_changes_;
  HistogramCounter write_micros_;
  HistogramCounter commit_micros_;

  LoserAnswers losers_;
  std::mutex close_mutex_;
  std::thread thread_;  // last: it runs as soon as it stands
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_COMMITTER_H_
