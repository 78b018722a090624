// The one write of a group: what its changes put and delete, with their feed entries, ledger leaves, request
// rows and the new head.
#ifndef AYNI_STORAGE_GROUP_BATCH_H_
#define AYNI_STORAGE_GROUP_BATCH_H_

#include <vector>

#include "rocksdb/write_batch.h"
#include "storage/commit_queue.h"
#include "storage/rocksdb_layout.h"

namespace ayni::storage {

// Thread-compatible.
class GroupBatch {
 public:
  // `head` is the last commit before the group.
  explicit GroupBatch(const Head& head);

  // Gives the change the next sequence and its leaves the next indices. REQUIRES: `pending` outlives the
  // batch, and its leaf_hashes stand.
  Sequence Add(const PendingChange& pending);

  bool empty() const { return changes_.empty(); }
  size_t size() const { return changes_.size(); }
  // The last commit added.
  const Head& head() const { return head_; }
  // The change that Add gave this sequence; nullptr: it is older than the batch.
  const PendingChange* Find(Sequence sequence) const;

  // In the order in which they were added.
  const std::vector<const PendingChange*>& changes() const { return changes_; }

  // Completes the write. REQUIRES: !empty(); nothing is added afterwards.
  rocksdb::WriteBatch* Finish();

 private:
  void PutRecords(const Change& change);
  void PutIndex(const Change& change);
  void PutLeaves(const PendingChange& pending);
  void PutLeafRow();
  void Put(Table table, std::string_view key, std::string_view version, std::string_view value);

  const Sequence first_;
  Head head_;
  std::vector<const PendingChange*> changes_;
  FeedRowBuilder feed_;
  LeafRowBuilder leaves_;
  rocksdb::WriteBatch batch_;
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_GROUP_BATCH_H_
