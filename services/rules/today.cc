#include "services/rules/today.h"

#include "absl/time/civil_time.h"

namespace ayni::services {

google::type::Date Today(absl::Time now) {
  const absl::CivilDay day = absl::ToCivilDay(now, absl::FixedTimeZone(-12 * 60 * 60));
  google::type::Date date;
  date.set_year(static_cast<int>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

}  // namespace ayni::services
