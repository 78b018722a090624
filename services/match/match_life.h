// The life of a match, from proposal to settlement: MatchService's methods that change one.
//
//   PROPOSED -> ACCEPTED -> IN_SERVICE -> DELIVERED -> CONFIRMED -> SETTLED
//      |            |            |            |            |
//   DECLINED,    CANCELLED    CANCELLED,      +- DISPUTED -+-> CONFIRMED or CANCELLED
//   LAPSED                    DISPUTED
//
// Each is a pure function of the match as it stands and the request, as RecordChange (standard_methods.h)
// says: one commit writes the match and, where it holds fewer units than before (held_units.h), gives the
// difference back to its need and its offer. All answer
//   InvalidArgument     with every field that is wrong
//   PermissionDenied    to who is not of the match, or speaks for both sides of it
//   FailedPrecondition  where the match's state does not allow it
// A word that was given already is kept: giving it again changes nothing.
#ifndef AYNI_SERVICES_MATCH_MATCH_LIFE_H_
#define AYNI_SERVICES_MATCH_MATCH_LIFE_H_

#include "absl/status/statusor.h"
#include "services/method.h"
#include "services/resource/rules.h"
#include "services/resource/standard_methods.h"
#include "services/resource/store_view.h"
#include "services/resource/stored.h"
#include "services/resource/write.h"
#include "storage/store.h"

namespace ayni::services {

absl::StatusOr<Draft> AcknowledgeMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                       StoreView* view);
absl::StatusOr<Draft> AcceptMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                  StoreView* view);
absl::StatusOr<Draft> DeclineMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView* view);

absl::StatusOr<Draft> StartMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                 StoreView* view);
absl::StatusOr<Draft> DeliverMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView* view);
absl::StatusOr<Draft> ConfirmMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView* view);
absl::StatusOr<Draft> SettleMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                  StoreView* view);

absl::StatusOr<Draft> CancelMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                  StoreView* view);
absl::StatusOr<Draft> DisputeMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView* view);
absl::StatusOr<Draft> DecideMatchDispute(const Call& call, const Message& request, const StoredRecord& stored,
                                         StoreView* view);

// All of them. REQUIRES: the store outlives every call.
void AddMatchMethods(storage::Store* store, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MATCH_MATCH_LIFE_H_
