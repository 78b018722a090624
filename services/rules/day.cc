#include "services/rules/day.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "ayni/v1/date_window.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace ayni::services {
namespace {

constexpr int32_t kNanos = 1'000'000'000;

std::string Written(const google::type::Date& date) {
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

}  // namespace

bool IsDay(const google::type::Date& date) {
  if (date.year() < kYearMin || date.year() > kYearMax) return false;
  // A civil day of numbers out of range is another day.
  const absl::CivilDay day(date.year(), date.month(), date.day());
  return day.year() == date.year() && day.month() == date.month() && day.day() == date.day();
}

absl::CivilDay ToDay(const google::type::Date& date) {
  return absl::CivilDay(date.year(), date.month(), date.day());
}

google::type::Date ToDate(absl::CivilDay day) {
  google::type::Date date;
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

absl::CivilDay FirstOpenDay(absl::Time now) {
  return absl::ToCivilDay(now, absl::FixedTimeZone(-12 * 60 * 60));
}

void CheckDate(const google::protobuf::Message& message, const FieldPath& path, Violations* violations) {
  const auto& date = static_cast<const google::type::Date&>(message);
  if (IsDay(date)) return;
  violations->Add(path, absl::StrCat("must be a day of the calendar with year, month and day, from ",
                                     kYearMin, "-01-01 to ", kYearMax, "-12-31, is ", Written(date)));
}

void CheckWindow(const google::protobuf::Message& message, const FieldPath& path, Violations* violations) {
  const auto& window = static_cast<const v1::DateWindow&>(message);
  if (!IsDay(window.start_date()) || !IsDay(window.end_date())) return;
  CheckOrder(window.start_date(), "start_date", window.end_date(), path / "end_date", violations);
  const int64_t days = ToDay(window.end_date()) - ToDay(window.start_date());
  if (days <= kWindowDaysMax) return;
  violations->Add(path / "end_date",
                  absl::StrCat("must be at most ", kWindowDaysMax, " days after start_date, is ", days));
}

void CheckTimestamp(const google::protobuf::Message& message, const FieldPath& path, Violations* violations) {
  constexpr int64_t kSecondsMin = -62135596800;  // year 1
  constexpr int64_t kSecondsMax = 253402300799;  // the end of the year 9999
  const auto& timestamp = static_cast<const google::protobuf::Timestamp&>(message);
  if (timestamp.seconds() >= kSecondsMin && timestamp.seconds() <= kSecondsMax && timestamp.nanos() >= 0 &&
      timestamp.nanos() < kNanos) {
    return;
  }
  violations->Add(path, absl::StrCat("must be a moment of the years 1 to 9999, is ", timestamp.seconds(),
                                     " s and ", timestamp.nanos(), " ns"));
}

void CheckDuration(const google::protobuf::Message& message, const FieldPath& path, Violations* violations) {
  constexpr int64_t kSecondsMax = 315576000000;  // 10,000 years
  const auto& duration = static_cast<const google::protobuf::Duration&>(message);
  const bool same_sign =
      duration.seconds() == 0 || duration.nanos() == 0 || (duration.seconds() > 0) == (duration.nanos() > 0);
  if (duration.seconds() >= -kSecondsMax && duration.seconds() <= kSecondsMax && duration.nanos() > -kNanos &&
      duration.nanos() < kNanos && same_sign) {
    return;
  }
  violations->Add(path, absl::StrCat("must be a span of at most 10,000 years, is ", duration.seconds(),
                                     " s and ", duration.nanos(), " ns"));
}

void CheckOrder(const google::type::Date& first, const char* first_name, const google::type::Date& last,
                const FieldPath& path, Violations* violations) {
  if (!IsDay(first) || !IsDay(last) || ToDay(first) <= ToDay(last)) return;
  violations->Add(
      path, absl::StrCat("must not be before ", first_name, ", ", Written(first), ", is ", Written(last)));
}

}  // namespace ayni::services
