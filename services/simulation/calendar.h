// Months of the calendar, over the engine's days.
#ifndef AYNI_SERVICES_SIMULATION_CALENDAR_H_
#define AYNI_SERVICES_SIMULATION_CALENDAR_H_

#include "absl/time/time.h"
#include "google/type/date.pb.h"
#include "matcher/market.h"

namespace ayni::services {

// The same day of a later month, or that month's last.
matcher::Day MonthsLater(matcher::Day day, int months);
// 0 to 11.
int MonthOf(matcher::Day day);
// A moment on which it is that day wherever days count.
absl::Time TimeOn(matcher::Day day);

google::type::Date DaysLater(const google::type::Date& date, int days);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SIMULATION_CALENDAR_H_
