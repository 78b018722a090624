#include "services/server/rpc_status.h"

#include <vector>

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

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& status, const std::string& request_id) {
  google::rpc::Status rpc_status;
  rpc_status.set_code(static_cast<int>(status.code()));
  rpc_status.set_message(Shortened(status.message(), kStatusMessageBytesMax));
  std::vector<google::protobuf::Any> details = DetailsOf(status);
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
