// Civil dates, windows of them, moments and spans, as records hold them.
#ifndef AYNI_SERVICES_RULES_DAY_H_
#define AYNI_SERVICES_RULES_DAY_H_

#include <google/protobuf/message.h>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "google/type/date.pb.h"
#include "services/resource/field_path.h"
#include "services/resource/violations.h"

namespace ayni::services {

inline constexpr int kYearMin = 1900;
inline constexpr int kYearMax = 2200;
inline constexpr int kWindowDaysMax = 1096;

// Whether it is a day of the calendar, of the years above.
bool IsDay(const google::type::Date& date);
// REQUIRES: IsDay.
absl::CivilDay ToDay(const google::type::Date& date);
google::type::Date ToDate(absl::CivilDay day);
// The first day that is not over everywhere on earth: a market of several time zones takes no day from
// anyone.
absl::CivilDay FirstOpenDay(absl::Time now);

// Of a google.type.Date: a whole date, with year, month and day.
void CheckDate(const google::protobuf::Message& date, const FieldPath& path, Violations* violations);
// Of an ayni.v1.DateWindow, beyond its dates: their order and distance.
void CheckWindow(const google::protobuf::Message& window, const FieldPath& path, Violations* violations);
// Of a google.protobuf.Timestamp and Duration: their own ranges.
void CheckTimestamp(const google::protobuf::Message& timestamp, const FieldPath& path,
                    Violations* violations);
void CheckDuration(const google::protobuf::Message& duration, const FieldPath& path, Violations* violations);

// Where both are days, `last` must not be before `first`. The violation is of `path`, and names the other by
// `first_name`.
void CheckOrder(const google::type::Date& first, const char* first_name, const google::type::Date& last,
                const FieldPath& path, Violations* violations);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_DAY_H_
