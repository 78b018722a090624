// Taking a published round back as a whole.
#ifndef AYNI_SERVICES_ROUND_UNDO_ROUND_H_
#define AYNI_SERVICES_ROUND_UNDO_ROUND_H_

#include "absl/status/statusor.h"
#include "ayni/v1/round_service.pb.h"
#include "services/method.h"
#include "services/resource/store_view.h"
#include "services/resource/write.h"
#include "storage/store.h"

namespace ayni::services {

// The round becomes UNDONE, its matches too, and what they took goes back to their needs, offers
// and budgets.
// InvalidArgument where the request is malformed, NotFound, Aborted where the etag differs,
// FailedPrecondition where the round is not PUBLISHED, or both sides accepted a match of it.
absl::StatusOr<Draft> PlanUndo(const storage::Store& store, const Call& call,
                               const v1::UndoRoundRequest& request, StoreView* view);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_UNDO_ROUND_H_
