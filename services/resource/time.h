// Moments as records hold them.
#ifndef AYNI_SERVICES_RESOURCE_TIME_H_
#define AYNI_SERVICES_RESOURCE_TIME_H_

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace ayni::services {

// REQUIRES: of the years 1 to 9999.
inline google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>((time - absl::FromUnixSeconds(seconds)) / absl::Nanoseconds(1)));
  return timestamp;
}

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_TIME_H_
