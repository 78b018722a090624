// What requests about one round have in common.
#ifndef AYNI_SERVICES_ROUND_ROUND_REQUEST_H_
#define AYNI_SERVICES_ROUND_ROUND_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"
#include "ayni/v1/round.pb.h"
#include "services/resource/resource_type.h"
#include "services/resource/store_view.h"

namespace ayni::services {

// Whether it was ever, and so keeps what it gave and its market: one that was undone does too.
bool WasPublished(const v1::Round& round);

// The record of that name, as whoever asks has seen it. InvalidArgument where it is no such name, NotFound,
// Aborted where an etag is given and differs.
absl::StatusOr<const StoredRecord*> ReadAsSeen(const ResourceType& type, const std::string& name,
                                               const std::string& etag, StoreView* view);

// The round of that name, when it is in the state that the request needs: else FailedPrecondition.
absl::StatusOr<const StoredRecord*> ReadRoundFor(const std::string& name, const std::string& etag,
                                                 v1::Round::State state, StoreView* view);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_ROUND_REQUEST_H_
