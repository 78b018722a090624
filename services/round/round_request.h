// What requests about one round have in common.
#ifndef AYNI_SERVICES_ROUND_ROUND_REQUEST_H_
#define AYNI_SERVICES_ROUND_ROUND_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"
#include "ayni/v1/round.pb.h"
#include "services/resource/store_view.h"

namespace ayni::services {

// The round of that name, when it is in the state that the request needs. InvalidArgument where it is no such
// name, NotFound, Aborted where an etag is given and differs, FailedPrecondition where the state is another.
absl::StatusOr<const StoredRecord*> ReadRoundFor(const std::string& name, const std::string& etag,
                                                 v1::Round::State state, StoreView* view);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_ROUND_REQUEST_H_
