#include "services/server/rpc_status.h"

#include <algorithm>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "services/errors.h"

namespace ayni::services {
namespace {

// At most `bytes_max` bytes, cut between characters, with dots where something was cut off.
std::string Shortened(absl::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  constexpr absl::string_view kDots = "...";
  size_t size = bytes_max - kDots.size();
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return absl::StrCat(text.substr(0, size), kDots);
}

// Drops violations from the end until the request takes at most `bytes_max`.
void Shorten(google::rpc::BadRequest* bad_request, size_t bytes_max) {
  if (bad_request->ByteSizeLong() <= bytes_max) return;
  constexpr size_t kRemarkBytes = 100;
  const int all = bad_request->field_violations_size();
  size_t kept_bytes = 0;
  int kept = 0;
  while (kept < all) {
    const size_t bytes = bad_request->field_violations(kept).ByteSizeLong() + 4;
    if (kept_bytes + bytes + kRemarkBytes > bytes_max) break;
    kept_bytes += bytes;
    ++kept;
  }
  bad_request->mutable_field_violations()->DeleteSubrange(kept, all - kept);
  google::rpc::BadRequest::FieldViolation* remark = bad_request->add_field_violations();
  remark->set_description(absl::StrCat("and ", all - kept, " more violations, left out for their length"));
}

std::vector<google::protobuf::Any> Details(const absl::Status& status) {
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
  return details;
}

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& status, const std::string& request_id) {
  google::rpc::Status rpc_status;
  rpc_status.set_code(static_cast<int>(status.code()));
  rpc_status.set_message(Shortened(status.message(), kStatusMessageBytesMax));
  std::vector<google::protobuf::Any> details = Details(status);
  if (details.empty() || !details[0].Is<google::rpc::ErrorInfo>()) {
    google::rpc::ErrorInfo error_info;
    error_info.set_reason(absl::StatusCodeToString(status.code()));
    error_info.set_domain(kErrorDomain);
    details.emplace(details.begin())->PackFrom(error_info);
  }
  google::rpc::RequestInfo request_info;
  request_info.set_request_id(request_id);
  details.emplace(details.begin())->PackFrom(request_info);

  size_t left = kStatusBytesMax - rpc_status.message().size();
  for (google::protobuf::Any& detail : details) {
    google::rpc::BadRequest bad_request;
    constexpr size_t kAnyOverheadBytes = 64;
    if (detail.UnpackTo(&bad_request) && left > kAnyOverheadBytes) {
      Shorten(&bad_request, left - kAnyOverheadBytes);
      detail.PackFrom(bad_request);
    }
    const size_t bytes = detail.ByteSizeLong() + 4;
    if (bytes > left) continue;
    left -= bytes;
    *rpc_status.add_details() = std::move(detail);
  }
  return rpc_status;
}

}  // namespace ayni::services
