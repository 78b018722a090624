#include "services/notice/notice_change.h"

#include <utility>

#include "services/resource/ledger_seal.h"
#include "services/resource/record_keys.h"
#include "services/resource/write.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {

absl::StatusOr<bool> CommitNotice(const StoredRecord& before, const v1::Notice& after, absl::Time now,
                                  storage::Store* store) {
  storage::Change change;
  AddPut(ServerCall(now), "", KindOf<v1::Notice>(), before, after, &change);
  change.preconditions.push_back(
      storage::Precondition::At(RecordKey(ResourceType::Of<v1::Notice>(), after.name()), before.version));
  SealLeaves(store->secret(), &change);
  const auto receipt = store->CommitAndWait(std::move(change));
  if (receipt.ok()) return true;
  if (absl::IsAborted(receipt.status())) return false;
  return receipt.status();
}

}  // namespace ayni::services
