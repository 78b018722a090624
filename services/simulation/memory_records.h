// Records in memory, as a snapshot of a store that holds nothing else: so a clearing reads a made-up market
// as it reads a real one.
#ifndef AYNI_SERVICES_SIMULATION_MEMORY_RECORDS_H_
#define AYNI_SERVICES_SIMULATION_MEMORY_RECORDS_H_

#include <google/protobuf/message.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"
#include "storage/store.h"

namespace ayni::services {

// Many threads may read while none changes it. Every record is of version 1, and there are no index keys,
// which clearings do not read.
class MemoryRecords : public storage::Snapshot {
 public:
  // In the place of the record of that name.
  template <typename Record>
  void Put(const Record& record) {
    Put(ResourceType::Of<Record>(), record.name(), record);
  }
  void Put(const ResourceType& type, absl::string_view name, const google::protobuf::Message& record) {
    bytes_[RecordKey(type, name)] = record.SerializeAsString();
  }
  template <typename Record>
  void Remove(const std::string& name) {
    bytes_.erase(RecordKey(ResourceType::Of<Record>(), name));
  }

  absl::StatusOr<std::optional<storage::StoredValue>> Get(std::string_view key) const override;
  storage::Sequence sequence() const override { return 0; }
  uint64_t leaf_count() const override { return 0; }
  std::unique_ptr<storage::Cursor> Scan(const storage::KeyRange& range) const override;
  std::unique_ptr<storage::Cursor> ScanIndex(const storage::KeyRange& range) const override;

 private:
  std::map<std::string, std::string, std::less<>> bytes_;  // by key
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SIMULATION_MEMORY_RECORDS_H_
