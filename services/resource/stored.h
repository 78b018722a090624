// Records as they are read from a store.
#ifndef AYNI_SERVICES_RESOURCE_STORED_H_
#define AYNI_SERVICES_RESOURCE_STORED_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/resource/resource_type.h"
#include "storage/store.h"

namespace ayni::services {

// A record as it is stored, and what its bytes mean.
struct StoredRecord {
  storage::Version version = 0;  // 0: there is none
  std::string bytes;
  std::unique_ptr<google::protobuf::Message> record;  // null: there is none
};

// The record of that name, of version 0 where there is none. DataLoss where its bytes can't be read.
absl::StatusOr<StoredRecord> ReadRecord(const storage::Reader& reader, const ResourceType& type,
                                        absl::string_view name);

// The etag of a record of that version.
std::string EtagOf(storage::Version version);
// Sets the record's etag, where it has one. It is never stored.
void FillEtag(const ResourceType& type, storage::Version version, google::protobuf::Message* record);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_STORED_H_
