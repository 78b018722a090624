// How waivers come to hold, and end: GrantWaiver and RevokeWaiver.
#ifndef AYNI_SERVICES_RULES_WAIVER_CHANGES_H_
#define AYNI_SERVICES_RULES_WAIVER_CHANGES_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ayni/v1/conflict.pb.h"
#include "services/method.h"
#include "services/resource/standard_methods.h"

namespace ayni::services {

void Grant(const Caller& caller, absl::Time now, v1::Waiver* waiver);

// PermissionDenied where the caller acts for a party that the waiver is about: nobody lifts what was found of
// itself.
absl::Status CheckUnconcerned(const Caller& caller, const v1::Waiver& waiver);

// Of the wrong state: FailedPrecondition. Of the one who proposed it: PermissionDenied.
absl::StatusOr<Draft> GrantWaiver(const Call& call, const Message& request, const StoredRecord& stored,
                                  StoreView* view);
// Without a reason: InvalidArgument.
absl::StatusOr<Draft> RevokeWaiver(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView* view);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_WAIVER_CHANGES_H_
