// The changes that wait for the committer: first in, first out, bounded by count and by bytes.
//
// Thread-safe: any thread pushes, one takes.
#ifndef AYNI_STORAGE_COMMIT_QUEUE_H_
#define AYNI_STORAGE_COMMIT_QUEUE_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "storage/store.h"

namespace ayni::storage {

struct ObservedVersion {
  Version version = 0;
  bool cached = false;  // the cache had it; otherwise it was read
};

// A change with what its caller's thread found out before it was queued.
struct PendingChange {
  Change change;
  Store::Done done;
  size_t bytes = 0;
  std::chrono::steady_clock::time_point accepted;
  std::vector<LeafHash> leaf_hashes;               // by leaf
  std::string request_key;                         // empty: the change has no request_id
  Sequence observed = 0;                           // what was read is at least as new as this commit
  std::vector<ObservedVersion> observed_versions;  // by precondition
};

using Group = std::vector<std::unique_ptr<PendingChange>>;

class CommitQueue {
 public:
  CommitQueue(size_t changes_max, size_t bytes_max) : changes_max_(changes_max), bytes_max_(bytes_max) {}

  enum class Pushed { kYes, kFull, kClosed };
  // Leaves `pending` as it is unless it says kYes.
  Pushed Push(std::unique_ptr<PendingChange>* pending);

  // Waits for changes and moves them into *group, which must be empty: at least one, and no more than fit
  // within `changes_max` and `bytes_max` unless the first alone does not. False: the queue is closed and
  // empty.
  bool TakeGroup(size_t changes_max, size_t bytes_max, Group* group);

  // Lets TakeGroup return false once all is taken.
  void Close();

 private:
  const size_t changes_max_;
  const size_t bytes_max_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<std::unique_ptr<PendingChange>> pending_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool taker_waits_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_COMMIT_QUEUE_H_
