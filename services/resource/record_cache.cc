#include "services/resource/record_cache.h"

#include <functional>
#include <utility>

#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"

namespace ayni::services {

bool RecordCache::Keeps(const ResourceType& type) {
  return &type == &ResourceType::Of<v1::Service>() || &type == &ResourceType::Of<v1::ValueChain>() ||
         &type == &ResourceType::Of<v1::Territory>() || &type == &ResourceType::Of<v1::Party>() ||
         &type == &ResourceType::Of<v1::Policy>();
}

RecordCache::Shard& RecordCache::ShardOf(const std::string& key) const {
  return shards_[std::hash<std::string>()(key) % kShards];
}

std::shared_ptr<const StoredRecord> RecordCache::Find(const std::string& key) const {
  const Shard& shard = ShardOf(key);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  const auto found = shard.records.find(key);
  return found == shard.records.end() ? nullptr : found->second;
}

void RecordCache::Put(const std::string& key, std::shared_ptr<const StoredRecord> record) {
  Shard& shard = ShardOf(key);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  if (shard.records.size() >= kCachedRecordsMax / kShards) shard.records.clear();
  shard.records[key] = std::move(record);
}

std::optional<std::string> RecordCache::ActivePolicy() const {
  const std::lock_guard<std::mutex> lock(active_policy_mutex_);
  return active_policy_;
}

void RecordCache::PutActivePolicy(std::string name) {
  const std::lock_guard<std::mutex> lock(active_policy_mutex_);
  active_policy_ = std::move(name);
}

}  // namespace ayni::services
