#include "tests/storage/model.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "storage/ledger/sha256.h"

namespace ayni::storage {
namespace {

template <typename Keys>
bool AnyBeginsWith(const Keys& keys, const std::string& prefix) {
  const auto first = keys.lower_bound(prefix);
  if (first == keys.end()) return false;
  if constexpr (std::is_same_v<Keys, std::set<std::string>>) {
    return first->starts_with(prefix);
  } else {
    return first->first.starts_with(prefix);
  }
}

}  // namespace

bool Model::Holds(const Precondition& precondition) const {
  const auto found = records_.find(precondition.key);
  switch (precondition.kind) {
    case Precondition::Kind::kAbsent:
      return found == records_.end();
    case Precondition::Kind::kExists:
      return found != records_.end();
    case Precondition::Kind::kVersion:
      return found != records_.end() && found->second.version == precondition.version;
    case Precondition::Kind::kNoRecord:
      return !AnyBeginsWith(records_, precondition.key);
    case Precondition::Kind::kNoIndexKey:
      return !AnyBeginsWith(index_, precondition.key);
    case Precondition::Kind::kIndexKeyCount: {
      uint64_t count = 0;
      for (const auto& key : index_) count += key.compare(0, precondition.key.size(), precondition.key) == 0;
      return count == precondition.version;
    }
  }
  return false;
}

ModelAnswer Model::Commit(const Change& change) {
  ModelAnswer answer;
  if (!change.request_id.empty()) {
    const auto found = requests_.find({change.request_scope, change.request_id});
    if (found != requests_.end()) {
      if (found->second.first != change.request_digest) {
        answer.code = absl::StatusCode::kFailedPrecondition;
      } else {
        answer.receipt = found->second.second;
        answer.receipt.replayed = true;
      }
      return answer;
    }
  }
  answer.code = absl::StatusCode::kAlreadyExists;
  for (const Precondition& precondition : change.preconditions) {
    if (Holds(precondition)) continue;
    answer.conflicting_keys.push_back(precondition.key);
    if (precondition.kind != Precondition::Kind::kAbsent) answer.code = absl::StatusCode::kAborted;
  }
  if (!answer.conflicting_keys.empty()) return answer;
  answer.code = absl::StatusCode::kOk;

  FeedEntry entry{feed_.size() + 1, leaves_.size(), change.leaves.size(), {}};
  for (const Put& put : change.puts) {
    records_[put.key] = {entry.sequence, put.value};
    entry.changes.push_back({put.key, false});
  }
  for (const std::string& key : change.deletes) {
    records_.erase(key);
    entry.changes.push_back({key, true});
  }
  for (const std::string& key : change.index_deletes) index_.erase(key);
  for (const std::string& key : change.index_puts) index_.insert(key);
  leaves_.insert(leaves_.end(), change.leaves.begin(), change.leaves.end());
  answer.receipt = {entry.sequence, false, change.response};
  feed_.push_back(std::move(entry));
  if (!change.request_id.empty()) {
    requests_[{change.request_scope, change.request_id}] = {change.request_digest, answer.receipt};
  }
  return answer;
}

void Model::ExpectSame(const Store& store) const {
  const auto snapshot = store.TakeSnapshot();
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  ASSERT_EQ(store.sequence(), feed_.size());
  ASSERT_EQ((*snapshot)->sequence(), feed_.size());
  ASSERT_EQ((*snapshot)->leaf_count(), leaves_.size());
  ExpectSameRecords(**snapshot);
  ExpectSameFeed(store);
  const auto leaves = store.ReadLeaves(0, leaves_.size() + 1);
  ASSERT_TRUE(leaves.ok()) << leaves.status();
  ASSERT_EQ(leaves->size(), leaves_.size());
  for (size_t i = 0; i < leaves_.size(); ++i) {
    ASSERT_EQ((*leaves)[i].bytes, leaves_[i]);
    ASSERT_EQ((*leaves)[i].hash, Sha256({std::string_view("\0", 1), leaves_[i]}));
  }
}

void Model::ExpectSameRecords(const Snapshot& snapshot) const {
  const auto records = snapshot.Scan(KeyRange::All());
  for (const auto& [key, stored] : records_) {
    ASSERT_TRUE(records->Next()) << key << " is missing";
    ASSERT_EQ(records->key(), key);
    ASSERT_EQ(records->version(), stored.version) << key;
    ASSERT_EQ(records->value(), stored.value) << key;
  }
  ASSERT_FALSE(records->Next()) << records->key() << " should not be there";
  ASSERT_TRUE(records->status().ok());
  const auto index = snapshot.ScanIndex(KeyRange::All());
  for (const std::string& key : index_) {
    ASSERT_TRUE(index->Next()) << key << " is missing";
    ASSERT_EQ(index->key(), key);
  }
  ASSERT_FALSE(index->Next()) << index->key() << " should not be there";
  ASSERT_TRUE(index->status().ok());
}

void Model::ExpectSameFeed(const Store& store) const {
  const auto feed = store.Feed(0, feed_.size() + 1);
  ASSERT_TRUE(feed.ok()) << feed.status();
  ASSERT_EQ(feed->size(), feed_.size());
  for (size_t i = 0; i < feed_.size(); ++i) {
    const FeedEntry& wanted = feed_[i];
    const FeedEntry& found = (*feed)[i];
    ASSERT_EQ(found.sequence, wanted.sequence);
    ASSERT_EQ(found.leaf_first, wanted.leaf_first);
    ASSERT_EQ(found.leaf_count, wanted.leaf_count);
    ASSERT_EQ(found.changes.size(), wanted.changes.size());
    for (size_t j = 0; j < wanted.changes.size(); ++j) {
      ASSERT_EQ(found.changes[j].key, wanted.changes[j].key);
      ASSERT_EQ(found.changes[j].deleted, wanted.changes[j].deleted);
    }
  }
}

}  // namespace ayni::storage
