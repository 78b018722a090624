#include "services/simulation/calendar.h"

#include <algorithm>
#include <chrono>

#include "services/market/engine_day.h"

namespace ayni::services {
namespace {

std::chrono::year_month_day CivilOf(matcher::Day day) {
  return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{day}}};
}

}  // namespace

matcher::Day MonthsLater(matcher::Day day, int months) {
  const std::chrono::year_month_day civil = CivilOf(day);
  const std::chrono::year_month month = civil.year() / civil.month() + std::chrono::months{months};
  const std::chrono::year_month_day last{month / std::chrono::last};
  const std::chrono::sys_days there{month / std::min(civil.day(), last.day())};
  return static_cast<matcher::Day>(there.time_since_epoch().count());
}

int MonthOf(matcher::Day day) { return static_cast<int>(static_cast<unsigned>(CivilOf(day).month())) - 1; }

absl::Time TimeOn(matcher::Day day) {
  // DayOf(absl::Time) counts a day until it is over everywhere: from noon, by UTC, to noon.
  return absl::UnixEpoch() + absl::Hours(24) * day + absl::Hours(18);
}

google::type::Date DaysLater(const google::type::Date& date, int days) { return DateOf(DayOf(date) + days); }

}  // namespace ayni::services
