#include "storage/group_batch.h"

#include "storage/bytes.h"
#include "storage/invariant.h"

namespace ayni::storage {
namespace {

rocksdb::Slice TableSlice(const Table& table) {
  static_assert(sizeof(Table) == kTableBytes);
  return rocksdb::Slice(reinterpret_cast<const char*>(&table), kTableBytes);
}

// A batch refuses only what is larger than the limits of a change allow.
void Check(const rocksdb::Status& status) { INVARIANT(status.ok()); }

}  // namespace

GroupBatch::GroupBatch(const Head& head)
    : first_(head.sequence + 1), head_(head), feed_(head), leaves_(head.leaf_count) {}

Sequence GroupBatch::Add(const PendingChange& pending) {
  ++head_.sequence;
  changes_.push_back(&pending);
  PutRecords(pending.change);
  PutIndex(pending.change);
  PutLeaves(pending);
  feed_.Add(pending.change);
  if (!pending.request_key.empty()) {
    const Change& change = pending.change;
    Check(batch_.Put(pending.request_key,
                     EncodeRequest({head_.sequence, change.request_digest, change.response})));
  }
  return head_.sequence;
}

const PendingChange* GroupBatch::Find(Sequence sequence) const {
  if (sequence < first_) return nullptr;
  INVARIANT(sequence <= head_.sequence);
  return changes_[sequence - first_];
}

rocksdb::WriteBatch* GroupBatch::Finish() {
  INVARIANT(!empty());
  PutLeafRow();
  Check(batch_.Put(NumberedKey(Table::kFeed, head_.sequence), feed_.row()));
  Check(batch_.Put(HeadKey(), EncodeHead(head_)));
  return &batch_;
}

void GroupBatch::PutRecords(const Change& change) {
  char version[kVersionBytes];
  EncodeFixed64(version, head_.sequence);
  for (const storage::Put& put : change.puts)
    Put(Table::kRecord, put.key, {version, kVersionBytes}, put.value);
  const Table table = Table::kRecord;
  for (const std::string& key : change.deletes) {
    const rocksdb::Slice parts[] = {TableSlice(table), key};
    Check(batch_.Delete(rocksdb::SliceParts(parts, 2)));
  }
}

void GroupBatch::PutIndex(const Change& change) {
  const Table table = Table::kIndex;
  for (const std::string& key : change.index_deletes) {
    const rocksdb::Slice parts[] = {TableSlice(table), key};
    Check(batch_.Delete(rocksdb::SliceParts(parts, 2)));
  }
  for (const std::string& key : change.index_puts) Put(table, key, {}, {});
}

void GroupBatch::PutLeaves(const PendingChange& pending) {
  const std::vector<std::string>& leaves = pending.change.leaves;
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves_.full()) PutLeafRow();
    leaves_.Add(pending.leaf_hashes[i], leaves[i]);
    ++head_.leaf_count;
  }
}

void GroupBatch::PutLeafRow() {
  if (leaves_.empty()) return;
  Check(batch_.Put(NumberedKey(Table::kLeaf, leaves_.last()), leaves_.Row()));
  leaves_ = LeafRowBuilder(leaves_.last() + 1);
}

void GroupBatch::Put(Table table, std::string_view key, std::string_view version, std::string_view value) {
  const rocksdb::Slice key_parts[] = {TableSlice(table), rocksdb::Slice(key)};
  const rocksdb::Slice value_parts[] = {rocksdb::Slice(version), rocksdb::Slice(value)};
  Check(batch_.Put(rocksdb::SliceParts(key_parts, 2), rocksdb::SliceParts(value_parts, 2)));
}

}  // namespace ayni::storage
