// What the latest commits wrote, so that the committer need not read the database for what a caller has read
// already.
//
// A caller reads a key on its own thread, having noted the last sequence that it surely sees. If nothing
// wrote the key since, what it read holds still; if something did, the version stands here. Both answers are
// exact for every commit after floor(); for a caller that noted an older sequence the committer has to read
// again.
//
// The keys are kept in two generations; the older one is dropped when the younger is full, which raises the
// floor.
//
// Thread-compatible: it belongs to the committer's thread.
#ifndef AYNI_STORAGE_RECENT_WRITES_H_
#define AYNI_STORAGE_RECENT_WRITES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "storage/change.h"

namespace ayni::storage {

class RecentWrites {
 public:
  // Covers commits after `start`; a generation is full when it holds `keys_max`.
  RecentWrites(Sequence start, size_t keys_max) : keys_max_(keys_max), floor_(start), young_start_(start) {}

  // Commits after this one are covered.
  Sequence floor() const { return floor_; }

  // `version` 0: the key was deleted.
  void Add(std::string_view key, Version version) {
    young_.insert_or_assign(absl::string_view(key.data(), key.size()), version);
  }

  // The version that the latest covered commit gave the key; nullopt: none wrote it.
  std::optional<Version> Find(std::string_view key) const {
    const absl::string_view wanted(key.data(), key.size());
    if (const auto found = young_.find(wanted); found != young_.end()) return found->second;
    if (const auto found = old_.find(wanted); found != old_.end()) return found->second;
    return std::nullopt;
  }

  // Drops the older generation where the younger is full. `last` is the last commit added, and must be
  // readable in the database.
  void Rotate(Sequence last) {
    if (young_.size() < keys_max_) return;
    old_ = std::exchange(young_, {});
    floor_ = std::exchange(young_start_, last);
  }

 private:
  using Versions = absl::flat_hash_map<std::string, Version>;

  const size_t keys_max_;
  Sequence floor_;
  Sequence young_start_;  // the young generation holds the commits after this one
  Versions young_;
  Versions old_;
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_RECENT_WRITES_H_
