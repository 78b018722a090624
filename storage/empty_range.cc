#include "storage/empty_range.h"

#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "storage/rocksdb_snapshot.h"

namespace ayni::storage {
namespace {

// What the batch does to the keys of the range: true where a key is put, false where it is deleted.
using Touched = absl::flat_hash_map<std::string, bool>;

class Range {
 public:
  explicit Range(const Precondition& precondition)
      : prefix_(precondition.key), is_index_(precondition.kind != Precondition::Kind::kNoRecord) {}

  void Touch(const Change& change, Touched* touched) const {
    for (const std::string& key : is_index_ ? change.index_deletes : change.deletes)
      Mark(key, false, touched);
    if (is_index_) {
      for (const std::string& key : change.index_puts) Mark(key, true, touched);
    } else {
      for (const Put& put : change.puts) Mark(put.key, true, touched);
    }
  }

  std::unique_ptr<Cursor> Scan(const Snapshot& snapshot) const {
    const KeyRange range = KeyRange::Prefix(prefix_);
    return is_index_ ? snapshot.ScanIndex(range) : snapshot.Scan(range);
  }

 private:
  void Mark(const std::string& key, bool is_put, Touched* touched) const {
    if (key.compare(0, prefix_.size(), prefix_) == 0) (*touched)[key] = is_put;
  }

  const std::string& prefix_;
  const bool is_index_;
};

}  // namespace

absl::StatusOr<bool> RangeHolds(const Database& database, const GroupBatch& batch,
                                const Precondition& precondition) {
  const Range range(precondition);
  Touched touched;
  for (const PendingChange* pending : batch.changes()) range.Touch(pending->change, &touched);
  const uint64_t wanted = precondition.kind == Precondition::Kind::kIndexKeyCount ? precondition.version : 0;
  uint64_t count = 0;
  for (const auto& [key, is_put] : touched) count += is_put ? 1 : 0;
  if (count > wanted) return false;
  absl::StatusOr<std::unique_ptr<Snapshot>> snapshot = RocksDbSnapshot::Take(database);
  if (!snapshot.ok()) return snapshot.status();
  const std::unique_ptr<Cursor> cursor = range.Scan(**snapshot);
  while (cursor->Next()) {
    const std::string_view key = cursor->key();
    if (touched.contains(absl::string_view(key.data(), key.size()))) continue;
    if (++count > wanted) return false;
  }
  if (!cursor->status().ok()) return cursor->status();
  return count == wanted;
}

}  // namespace ayni::storage
