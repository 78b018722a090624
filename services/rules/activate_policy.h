// PolicyService/ActivatePolicy: by four eyes.
#ifndef AYNI_SERVICES_RULES_ACTIVATE_POLICY_H_
#define AYNI_SERVICES_RULES_ACTIVATE_POLICY_H_

#include "absl/status/statusor.h"
#include "services/method.h"
#include "services/resource/store_view.h"
#include "services/resource/stored.h"
#include "services/resource/write.h"

namespace ayni::services {

// Makes the draft active, and what was active superseded, in one commit. PermissionDenied where the caller
// wrote the draft last, and InvalidArgument without the etag of the draft as it was looked at, unless
// `single_administrator`: then the record says that one person did both.
// FailedPrecondition where a limit would add up unlike units.
absl::StatusOr<Draft> ActivatePolicy(bool single_administrator, const Call& call, const Message& request,
                                     const StoredRecord& stored, StoreView* view);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_ACTIVATE_POLICY_H_
