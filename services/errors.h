// The statuses that the API answers with, each with its google.rpc details, so that a program can act on them
// and a person can read them. A detail is a payload of the status, keyed by its type URL.
#ifndef AYNI_SERVICES_ERRORS_H_
#define AYNI_SERVICES_ERRORS_H_

#include <google/protobuf/any.pb.h>
#include <google/protobuf/message.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace ayni::services {

// The domain of every google.rpc.ErrorInfo.
inline constexpr char kErrorDomain[] = "ayni.v1";

using ErrorMetadata = std::initializer_list<std::pair<absl::string_view, absl::string_view>>;

// Adds `detail` to a status that is not OK.
void AttachDetail(const google::protobuf::Message& detail, absl::Status* status);
// Those of a status, the google.rpc.ErrorInfo first: one is made of the code where the status brings none.
// REQUIRES: status is not OK.
std::vector<google::protobuf::Any> DetailsOf(const absl::Status& status);
// `reason` is in UPPER_SNAKE_CASE and unique in the domain.
void AttachErrorInfo(absl::string_view reason, ErrorMetadata metadata, absl::Status* status);

// `type` is a resource type, as in ayni.v1/Need.
absl::Status ResourceNotFound(absl::string_view type, absl::string_view name);
absl::Status ResourceExists(absl::string_view type, absl::string_view name);

// FailedPrecondition: the request is well formed, and the state of `subject` (a resource name) does not allow
// it. `reason` also becomes the type of the google.rpc.PreconditionFailure.
absl::Status StateForbids(absl::string_view reason, absl::string_view subject,
                          const std::string& description);

// Aborted: the record changed since the caller read it.
absl::Status EtagDiffers(absl::string_view name, absl::string_view given, absl::string_view current);
// FailedPrecondition: the request is right, and what it would write is more than one commit takes. `refusal`
// is the store's.
absl::Status ChangeTooLarge(const absl::Status& refusal);
// Aborted: other writes kept changing what this one depends on.
absl::Status TooManyConflicts(absl::string_view name);

// PermissionDenied. `reason` as for AttachErrorInfo.
absl::Status Forbidden(absl::string_view reason, const std::string& description, ErrorMetadata metadata = {});

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ERRORS_H_
