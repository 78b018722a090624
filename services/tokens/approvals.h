// Approval of administrators, and of their tokens and identities, by an administrator who neither asked for
// it nor gains by it.
#ifndef AYNI_SERVICES_TOKENS_APPROVALS_H_
#define AYNI_SERVICES_TOKENS_APPROVALS_H_

#include "absl/status/statusor.h"
#include "services/method.h"
#include "services/resource/store_view.h"
#include "services/resource/stored.h"
#include "services/resource/write.h"

namespace ayni::services {

// Of what is not pending: FailedPrecondition. Of who made it, or whom it is for: PermissionDenied, unless
// `single_administrator`: then the record says that one did both. Without the etag of a principal, or with
// another digest than the token's or another subject than the identity's: InvalidArgument.
absl::StatusOr<Draft> ApprovePrincipal(bool single_administrator, const Call& call, const Message& request,
                                       const StoredRecord& stored, StoreView* view);
absl::StatusOr<Draft> ApproveToken(bool single_administrator, const Call& call, const Message& request,
                                   const StoredRecord& stored, StoreView* view);
absl::StatusOr<Draft> ApproveIdentity(bool single_administrator, const Call& call, const Message& request,
                                      const StoredRecord& stored, StoreView* view);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_TOKENS_APPROVALS_H_
