#include "services/resource/violations.h"

#include <utility>

#include "google/rpc/error_details.pb.h"
#include "services/errors.h"

namespace ayni::services {

void Violations::Add(const FieldPath& field, std::string description) {
  ++count_;
  if (all_.size() < kViolationsMax) all_.push_back({field.ToString(), std::move(description)});
}

absl::Status Violations::ToStatus() const {
  if (empty()) return absl::OkStatus();
  constexpr size_t kNamedInMessageMax = 5;
  google::rpc::BadRequest bad_request;
  std::string message;
  for (size_t i = 0; i < all_.size(); ++i) {
    google::rpc::BadRequest::FieldViolation* field = bad_request.add_field_violations();
    field->set_field(all_[i].field);
    field->set_description(all_[i].description);
    if (i >= kNamedInMessageMax) continue;
    absl::StrAppend(&message, i == 0 ? "" : "; ", all_[i].field, " ", all_[i].description);
  }
  if (count_ > kNamedInMessageMax) {
    absl::StrAppend(&message, "; and ", count_ - kNamedInMessageMax, " more");
  }
  absl::Status status = absl::InvalidArgumentError(message);
  AttachDetail(bad_request, &status);
  AttachErrorInfo("INVALID_FIELDS", {}, &status);
  return status;
}

}  // namespace ayni::services
