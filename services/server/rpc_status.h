// A status as the wire carries it: google.rpc.Status, with the details that the absl::Status holds as
// payloads.
#ifndef AYNI_SERVICES_SERVER_RPC_STATUS_H_
#define AYNI_SERVICES_SERVER_RPC_STATUS_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace ayni::services {

// Of the details and the message together, and of the message. Clients refuse trailers beyond 8 KiB; base64
// adds a third to the details, and the message stands in a trailer of its own again, where what is not ASCII
// takes three bytes for each.
inline constexpr size_t kStatusBytesMax = 3072;
inline constexpr size_t kStatusMessageBytesMax = 1024;
static_assert(kStatusBytesMax * 4 / 3 + 3 * kStatusMessageBytesMax + 512 <= 8192);

// Every error has a google.rpc.ErrorInfo, made of the code where the status brings none, and a
// google.rpc.RequestInfo. What would pass kStatusBytesMax is left out: the last violations of a BadRequest
// first, their number being said in its last one, and then whole details. REQUIRES: status is not OK.
google::rpc::Status ToRpcStatus(const absl::Status& status, const std::string& request_id);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_RPC_STATUS_H_
