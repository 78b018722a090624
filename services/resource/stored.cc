#include "services/resource/stored.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/resource/record_keys.h"
#include "services/resource/request_fields.h"

namespace ayni::services {

absl::StatusOr<StoredRecord> ReadRecord(const storage::Reader& reader, const ResourceType& type,
                                        absl::string_view name) {
  absl::StatusOr<std::optional<storage::StoredValue>> value = reader.Get(RecordKey(type, name));
  if (!value.ok()) return value.status();
  StoredRecord stored;
  if (!value->has_value()) return stored;
  stored.version = (*value)->version;
  stored.bytes = std::move((*value)->value);
  stored.record = NewMessage(type.descriptor());
  if (stored.record->ParseFromString(stored.bytes)) return stored;
  return absl::DataLossError(absl::StrCat("the stored bytes of ", name, " are not a ", type.noun()));
}

std::string EtagOf(storage::Version version) { return absl::StrCat(absl::Hex(version)); }

void FillEtag(const ResourceType& type, storage::Version version, google::protobuf::Message* record) {
  if (type.etag_field() != nullptr)
    record->GetReflection()->SetString(record, type.etag_field(), EtagOf(version));
}

}  // namespace ayni::services
