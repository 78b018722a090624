// What a match takes from its need, its offer and the budget that subsidises it, whoever makes it; and gives
// back, whoever ends it.
#ifndef AYNI_SERVICES_MATCH_TAKING_H_
#define AYNI_SERVICES_MATCH_TAKING_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer.pb.h"
#include "services/method.h"
#include "services/resource/stored.h"
#include "services/resource/time.h"
#include "services/resource/write.h"
#include "services/rules/resource_methods.h"
#include "services/subsidy.h"
#include "storage/change.h"

namespace ayni::services {

void Take(int64_t units, v1::Need* need);
void Take(int64_t units, v1::Offer* offer);

// False where the record does not hold as much: it is not what its matches left.
bool GiveBack(int64_t units, v1::Need* need);
bool GiveBack(int64_t units, v1::Offer* offer);

// Puts the record with that many units less.
template <typename Record>
void AddTaken(const Call& call, const std::string& request_id, const StoredRecord& stored, int64_t units,
              storage::Change* change) {
  Record after = static_cast<const Record&>(*stored.record);
  Take(units, &after);
  *after.mutable_update_time() = LaterOf(after.update_time(), call.now);
  AddPut(call, request_id, KindOf<Record>(), stored, after, change);
}

// Puts the record with that many units more. DataLoss where its matches did not take as many.
template <typename Record>
absl::Status AddGivenBack(const Call& call, const std::string& request_id, const StoredRecord& stored,
                          int64_t units, storage::Change* change) {
  Record after = static_cast<const Record&>(*stored.record);
  if (!GiveBack(units, &after)) {
    return absl::DataLossError(
        absl::StrCat(after.name(), " holds less than the ", units, " units that its matches took of it"));
  }
  *after.mutable_update_time() = LaterOf(after.update_time(), call.now);
  AddPut(call, request_id, KindOf<Record>(), stored, after, change);
  return absl::OkStatus();
}

// Puts the budget with that much more, or less, reserved and paid. DataLoss where less is reserved than its
// matches drew. REQUIRES: what is drawn beyond what matches drew is at most what is free of it.
absl::Status AddDrawn(const Call& call, const std::string& request_id, const StoredRecord& stored,
                      const Drawn& more, storage::Change* change);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MATCH_TAKING_H_
