// A store in maps, written as plainly as its promises: what the real one must answer, one change after
// another.
#ifndef AYNI_TESTS_STORAGE_MODEL_H_
#define AYNI_TESTS_STORAGE_MODEL_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "storage/store.h"

namespace ayni::storage {

struct ModelAnswer {
  absl::StatusCode code = absl::StatusCode::kOk;
  Receipt receipt;
  std::vector<std::string> conflicting_keys;
};

class Model {
 public:
  ModelAnswer Commit(const Change& change);

  // Whether the store holds what the model does: records with their versions, index keys, feed, leaves and
  // their hashes. Fails the running test where not.
  void ExpectSame(const Store& store) const;

  Sequence sequence() const { return feed_.size(); }
  const std::map<std::string, StoredValue>& records() const { return records_; }

 private:
  bool Holds(const Precondition& precondition) const;
  void ExpectSameRecords(const Snapshot& snapshot) const;
  void ExpectSameFeed(const Store& store) const;

  std::map<std::string, StoredValue> records_;
  std::set<std::string> index_;
  std::vector<FeedEntry> feed_;
  std::vector<std::string> leaves_;
  std::map<std::pair<std::string, std::string>, std::pair<std::string, Receipt>> requests_;
};

}  // namespace ayni::storage

#endif  // AYNI_TESTS_STORAGE_MODEL_H_
