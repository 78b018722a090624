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

inline absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

// The later of `now` and a time that a record holds already: a record's times do not run backwards, even
// where the machine's clock was set back.
inline google::protobuf::Timestamp LaterOf(const google::protobuf::Timestamp& stored, absl::Time now) {
  return TimeOf(stored) > now ? stored : ToTimestamp(now);
}

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_TIME_H_
