// Every record of a type, one after another.
#ifndef AYNI_SERVICES_RESOURCE_RECORD_WALK_H_
#define AYNI_SERVICES_RESOURCE_RECORD_WALK_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"
#include "storage/store.h"

namespace ayni::services {

// Visits those whose names begin so, in the order of the names. Cancelled where `stop`, asked at each, said
// so; DataLoss, naming it, where one can't be read.
template <typename Record, typename Visit>
absl::Status ForEachRecord(const storage::Snapshot& snapshot, const std::string& name_prefix,
                           const std::function<bool()>& stop, const Visit& visit) {
  const auto cursor =
      snapshot.Scan(storage::KeyRange::Prefix(RecordKey(ResourceType::Of<Record>(), name_prefix)));
  Record record;
  while (cursor->Next()) {
    if (stop()) return absl::CancelledError("reading records was stopped");
    if (!record.ParseFromArray(cursor->value().data(), static_cast<int>(cursor->value().size())))
      return absl::DataLossError(absl::StrCat(std::string(cursor->key()), " can't be read"));
    visit(record);
  }
  return cursor->status();
}

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_RECORD_WALK_H_
