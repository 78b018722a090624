#include "services/market/engine_day.h"

#include <algorithm>
#include <chrono>

namespace ayni::services {
namespace {

constexpr int64_t kSecondsOfDay = 86'400;
// Where days begin and end last: UTC-12:00.
constexpr int64_t kLastZoneSeconds = kSecondsOfDay / 2;

}  // namespace

matcher::Day DayOf(const google::type::Date& date) {
  const std::chrono::sys_days day = std::chrono::year{date.year()} /
                                    std::chrono::month{static_cast<unsigned>(date.month())} /
                                    std::chrono::day{static_cast<unsigned>(date.day())};
  return static_cast<matcher::Day>(day.time_since_epoch().count());
}

google::type::Date DateOf(matcher::Day day) {
  const std::chrono::year_month_day civil{std::chrono::sys_days{std::chrono::days{day}}};
  google::type::Date date;
  date.set_year(static_cast<int>(civil.year()));
  date.set_month(static_cast<int>(static_cast<unsigned>(civil.month())));
  date.set_day(static_cast<int>(static_cast<unsigned>(civil.day())));
  return date;
}

matcher::Window WindowOf(const v1::DateWindow& window) {
  if (!window.has_start_date() || !window.has_end_date()) return {};
  return {DayOf(window.start_date()), DayOf(window.end_date())};
}

matcher::Window WindowOf(const v1::Credential& credential) {
  matcher::Window window{matcher::kDayMin, matcher::kDayMax};
  if (credential.has_issue_date()) window.first = DayOf(credential.issue_date());
  if (credential.has_expire_date()) window.last = DayOf(credential.expire_date());
  if (credential.has_revoke_date()) window.last = std::min(window.last, DayOf(credential.revoke_date()) - 1);
  return window;
}

matcher::Day DayOf(absl::Time time) { return DayOfUnixSeconds(absl::ToUnixSeconds(time)); }

matcher::Day DayOfUnixSeconds(int64_t seconds) {
  const int64_t there = seconds - kLastZoneSeconds;
  const int64_t day = there / kSecondsOfDay - (there % kSecondsOfDay < 0 ? 1 : 0);
  return static_cast<matcher::Day>(day);
}

}  // namespace ayni::services
