#include "services/import/party_index.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/party.pb.h"
#include "services/resource/record_keys.h"

namespace ayni::services {
namespace {

// The index key of a store whose parties have theirs. The number is that of the form of these keys.
constexpr char kMark[] = "x:parties-1";

absl::Status Commit(storage::Change* change, storage::Store* store) {
  if (change->index_puts.empty()) return absl::OkStatus();
  return store->CommitAndWait(std::exchange(*change, {})).status();
}

}  // namespace

absl::Status IndexParties(storage::Store* store) {
  if (store->sequence() == 0) return absl::OkStatus();
  const auto snapshot = store->TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const std::unique_ptr<storage::Cursor> mark = (*snapshot)->ScanIndex(storage::KeyRange::Prefix(kMark));
  if (mark->Next()) return absl::OkStatus();
  if (!mark->status().ok()) return mark->status();
  const ResourceType& type = ResourceType::Of<v1::Party>();
  const std::unique_ptr<storage::Cursor> cursor =
      (*snapshot)->Scan(storage::KeyRange::Prefix(RecordKey(type, "")));
  storage::Change change;
  v1::Party party;
  for (size_t count = 0; cursor->Next();) {
    if (!party.ParseFromArray(cursor->value().data(), static_cast<int>(cursor->value().size()))) {
      return absl::DataLossError(absl::StrCat("can't be read: ", std::string(cursor->key())));
    }
    AddIndexChanges(type, nullptr, &party, &change);
    if (++count % kIndexedPartiesMax != 0) continue;
    if (absl::Status status = Commit(&change, store); !status.ok()) return status;
  }
  if (!cursor->status().ok()) return cursor->status();
  change.index_puts.push_back(kMark);
  return Commit(&change, store);
}

}  // namespace ayni::services
