// The life of a credential after it was issued, in ISO/IEC 17024's words: suspension and its lifting,
// recertification, withdrawal.
//
// Each is a change for AddRecordChange. Of a caller in the role of a certifier only credentials that its
// party issued are changed: PermissionDenied for others. One that is revoked is not changed at all, whatever
// the fields: FailedPrecondition, CREDENTIAL_REVOKED. All that is wrong with a request's fields is answered
// at once, InvalidArgument; what else the credential's state forbids, FailedPrecondition, after that.
#ifndef AYNI_SERVICES_RULES_CREDENTIAL_CHANGES_H_
#define AYNI_SERVICES_RULES_CREDENTIAL_CHANGES_H_

#include "absl/status/statusor.h"
#include "ayni/v1/credential.pb.h"
#include "services/method.h"
#include "services/resource/standard_methods.h"

namespace ayni::services {

// What follows from its dates: revoked once it has a revoke_date, suspended while a suspension has no end.
v1::Credential::State StateOf(const v1::Credential& credential);

// CREDENTIAL_SUSPENDED, TOO_MANY_SUSPENSIONS.
absl::StatusOr<Draft> SuspendCredential(const Call& call, const Message& request, const StoredRecord& stored,
                                        StoreView* view);
// CREDENTIAL_NOT_SUSPENDED.
absl::StatusOr<Draft> ReinstateCredential(const Call& call, const Message& request,
                                          const StoredRecord& stored, StoreView* view);
// CREDENTIAL_UNLIMITED where it does not expire, TOO_MANY_RENEWALS.
absl::StatusOr<Draft> RenewCredential(const Call& call, const Message& request, const StoredRecord& stored,
                                      StoreView* view);
absl::StatusOr<Draft> RevokeCredential(const Call& call, const Message& request, const StoredRecord& stored,
                                       StoreView* view);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_CREDENTIAL_CHANGES_H_
