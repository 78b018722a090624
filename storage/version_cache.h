// The versions of keys that changes keep asking for: services, districts, parties; so that
// callers need not read them from the database.
//
// What it holds is what the last admitted change left, so a caller who noted the sequence that it surely sees
// may take a version from here as it would from the database: if the key was written since, RecentWrites has
// the answer.
//
// Thread-safety: any thread finds; only the committer's thread learns and updates.
#ifndef AYNI_STORAGE_VERSION_CACHE_H_
#define AYNI_STORAGE_VERSION_CACHE_H_

#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "storage/change.h"

namespace ayni::storage {

class VersionCache {
 public:
  // Holds `versions_max` of them, and a few more.
  explicit VersionCache(size_t versions_max) : shard_versions_max_((versions_max + kShards - 1) / kShards) {}

  std::optional<Version> Find(std::string_view key) const {
    const absl::string_view wanted(key.data(), key.size());
    const Shard& shard = ShardOf(wanted);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.versions.find(wanted);
    if (found == shard.versions.end()) return std::nullopt;
    return found->second;
  }

  // REQUIRES: `version` is what the last admitted change left, and not 0.
  void Learn(std::string_view key, Version version) {
    const absl::string_view learnt(key.data(), key.size());
    Shard& shard = ShardOf(learnt);
    const std::lock_guard lock(shard.mutex);
    // What is in use comes back at once, and costs a read.
    if (shard.versions.size() >= shard_versions_max_) shard.versions.clear();
    shard.versions.insert_or_assign(learnt, version);
  }

  // A change was admitted that writes the key; 0: that deletes it.
  void Update(std::string_view key, Version version) {
    const absl::string_view written(key.data(), key.size());
    Shard& shard = ShardOf(written);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.versions.find(written);
    if (found == shard.versions.end()) return;
    if (version == 0) {
      shard.versions.erase(found);
    } else {
      found->second = version;
    }
  }

 private:
  static constexpr size_t kShards = 16;

  struct Shard {
    mutable std::mutex mutex;
    absl::flat_hash_map<std::string, Version> versions ABSL_GUARDED_BY(mutex);
  };

  const Shard& ShardOf(absl::string_view key) const {
    return shards_[absl::Hash<absl::string_view>{}(key) % kShards];
  }
  Shard& ShardOf(absl::string_view key) { return shards_[absl::Hash<absl::string_view>{}(key) % kShards]; }

  const size_t shard_versions_max_;
  std::array<Shard, kShards> shards_;
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_VERSION_CACHE_H_
