// What the two sides say to a framework agreement. Each is a RecordChange (standard_methods.h).
//
//   PROPOSED -> IN_FORCE, with the second yes
//      |           |
//      +-> ENDED <-+
#ifndef AYNI_SERVICES_RULES_AGREEMENT_CHANGES_H_
#define AYNI_SERVICES_RULES_AGREEMENT_CHANGES_H_

#include "absl/status/statusor.h"
#include "services/method.h"
#include "services/resource/store_view.h"
#include "services/resource/stored.h"
#include "services/resource/write.h"

namespace ayni::services {

// Keeps the first yes of a side. FailedPrecondition where it is ended, or its last day is over.
absl::StatusOr<Draft> AcceptAgreement(const Call& call, const Message& request, const StoredRecord& stored,
                                      StoreView* view);

// InvalidArgument where the day does not fit; FailedPrecondition where it is ended already; PermissionDenied
// to an administrator who acts for one of the two.
absl::StatusOr<Draft> EndAgreement(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView* view);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_AGREEMENT_CHANGES_H_
