// RecordCache: parsed records that most writes refer to and few change, so that posting a need does not read
// its service, value chain, district and party anew, nor the active policy.
//
// What it holds may be old: nothing tells the cache of a commit. A write that rests on it
// carries a precondition on each record's version, and is computed again from the store itself when one
// fails, or when the write is refused: so an old record costs time, and never a wrong answer.
#ifndef AYNI_SERVICES_RESOURCE_RECORD_CACHE_H_
#define AYNI_SERVICES_RESOURCE_RECORD_CACHE_H_

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "services/resource/resource_type.h"
#include "services/resource/stored.h"

namespace ayni::services {

inline constexpr size_t kCachedRecordsMax = 32'768;

// Thread-safety: any method from any thread.
class RecordCache {
 public:
  // Whether records of the type are kept: parties, policies and the catalogue.
  static bool Keeps(const ResourceType& type);

  // Null where there is none.
  std::shared_ptr<const StoredRecord> Find(const std::string& key) const;
  void Put(const std::string& key, std::shared_ptr<const StoredRecord> record);

  // The name of the policy that was found active last, empty where none was; nullopt where nobody looked yet.
  std::optional<std::string> ActivePolicy() const;
  void PutActivePolicy(std::string name);

 private:
  struct Shard {
    mutable std::mutex mutex;
    // Guarded by mutex. Emptied when it is full: what is in use comes back at once.
    absl::flat_hash_map<std::string, std::shared_ptr<const StoredRecord>> records;
  };
  static constexpr size_t kShards = 16;

  Shard& ShardOf(const std::string& key) const;

  mutable std::array<Shard, kShards> shards_;
  mutable std::mutex active_policy_mutex_;
  std::optional<std::string> active_policy_;  // guarded by active_policy_mutex_
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_RECORD_CACHE_H_
