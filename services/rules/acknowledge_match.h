// AcknowledgeMatch: the cooperative says that it has seen the conflicts of its match.
#ifndef AYNI_SERVICES_RULES_ACKNOWLEDGE_MATCH_H_
#define AYNI_SERVICES_RULES_ACKNOWLEDGE_MATCH_H_

#include "absl/status/statusor.h"
#include "services/method.h"
#include "services/resource/standard_methods.h"

namespace ayni::services {

// A match that was acknowledged stays as it is: the first word is kept. PermissionDenied where the match is
// of another cooperative; FailedPrecondition where it stands no more.
absl::StatusOr<Draft> AcknowledgeMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                       StoreView* view);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_ACKNOWLEDGE_MATCH_H_
