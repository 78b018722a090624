#include "services/errors.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace ayni::services {
namespace {

void AttachResourceInfo(absl::string_view type, absl::string_view name, const std::string& description,
                        absl::Status* status) {
  google::rpc::ResourceInfo resource_info;
  resource_info.set_resource_type(std::string(type));
  resource_info.set_resource_name(std::string(name));
  resource_info.set_description(description);
  AttachDetail(resource_info, status);
}

}  // namespace

void AttachDetail(const google::protobuf::Message& detail, absl::Status* status) {
  status->SetPayload(absl::StrCat("type.googleapis.com/", detail.GetDescriptor()->full_name()),
                     absl::Cord(detail.SerializeAsString()));
}

std::vector<google::protobuf::Any> DetailsOf(const absl::Status& status) {
  std::vector<google::protobuf::Any> details;
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    // What modules tell one another in payloads of their own is no matter of the caller's.
    if (!absl::StartsWith(type_url, "type.googleapis.com/")) return;
    google::protobuf::Any detail;
    detail.set_type_url(std::string(type_url));
    detail.set_value(std::string(payload));
    details.push_back(std::move(detail));
  });
  // ErrorInfo first, since it must not be the one to go, and then the order of names: absl's own is random.
  std::sort(details.begin(), details.end(), [](const auto& a, const auto& b) {
    const bool a_info = a.template Is<google::rpc::ErrorInfo>();
    const bool b_info = b.template Is<google::rpc::ErrorInfo>();
    return a_info != b_info ? a_info : a.type_url() < b.type_url();
  });
  if (details.empty() || !details[0].Is<google::rpc::ErrorInfo>()) {
    google::rpc::ErrorInfo error_info;
    error_info.set_reason(absl::StatusCodeToString(status.code()));
    error_info.set_domain(kErrorDomain);
    details.emplace(details.begin())->PackFrom(error_info);
  }
  return details;
}

void AttachErrorInfo(absl::string_view reason, ErrorMetadata metadata, absl::Status* status) {
  google::rpc::ErrorInfo error_info;
  error_info.set_reason(std::string(reason));
  error_info.set_domain(kErrorDomain);
  for (const auto& [key, value] : metadata) {
    (*error_info.mutable_metadata())[std::string(key)] = std::string(value);
  }
  AttachDetail(error_info, status);
}

absl::Status ResourceNotFound(absl::string_view type, absl::string_view name) {
  absl::Status status = absl::NotFoundError(absl::StrCat(name, " does not exist"));
  AttachErrorInfo("RESOURCE_NOT_FOUND", {{"resource", name}}, &status);
  AttachResourceInfo(type, name, "does not exist", &status);
  return status;
}

absl::Status ResourceExists(absl::string_view type, absl::string_view name) {
  absl::Status status =
      absl::AlreadyExistsError(absl::StrCat(name, " exists already; choose another id, or update it"));
  AttachErrorInfo("RESOURCE_EXISTS", {{"resource", name}}, &status);
  AttachResourceInfo(type, name, "exists already", &status);
  return status;
}

absl::Status StateForbids(absl::string_view reason, absl::string_view subject,
                          const std::string& description) {
  absl::Status status = absl::FailedPreconditionError(absl::StrCat(subject, " ", description));
  AttachErrorInfo(reason, {{"resource", subject}}, &status);
  google::rpc::PreconditionFailure failure;
  google::rpc::PreconditionFailure::Violation* violation = failure.add_violations();
  violation->set_type(std::string(reason));
  violation->set_subject(std::string(subject));
  violation->set_description(description);
  AttachDetail(failure, &status);
  return status;
}

absl::Status EtagDiffers(absl::string_view name, absl::string_view given, absl::string_view current) {
  absl::Status status =
      absl::AbortedError(absl::StrCat(name, " has changed since it was read: its etag is ", current, ", not ",
                                      given, "; read it again and repeat the change"));
  AttachErrorInfo("ETAG_MISMATCH", {{"resource", name}, {"etag", current}}, &status);
  return status;
}

absl::Status TooManyConflicts(absl::string_view name) {
  absl::Status status = absl::AbortedError(
      absl::StrCat(name, " or what it refers to kept changing under the request; repeat it"));
  AttachErrorInfo("CONCURRENT_CHANGES", {{"resource", name}}, &status);
  return status;
}

absl::Status ChangeTooLarge(const absl::Status& refusal) {
  absl::Status status = absl::FailedPreconditionError(absl::StrCat(
      "this changes too much for one commit: split it, so that what is referred to comes first (",
      refusal.message(), ")"));
  AttachErrorInfo("CHANGE_TOO_LARGE", {}, &status);
  return status;
}

absl::Status Forbidden(absl::string_view reason, const std::string& description, ErrorMetadata metadata) {
  absl::Status status = absl::PermissionDeniedError(description);
  AttachErrorInfo(reason, metadata, &status);
  return status;
}

}  // namespace ayni::services
