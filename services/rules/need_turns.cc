#include "services/rules/need_turns.h"

#include <algorithm>

#include "services/rules/day.h"

namespace ayni::services {

absl::CivilDay MonthsAfter(absl::CivilDay day, int64_t months) {
  const absl::CivilMonth month = absl::CivilMonth(day) + months;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  return std::min(absl::CivilDay(month) + (day.day() - 1), last);
}

std::optional<v1::DateWindow> NextTurn(const v1::NeedTemplate& record, absl::CivilDay first_open_day) {
  const absl::CivilDay first = ToDay(record.first_window().start_date());
  const absl::CivilDay first_end = ToDay(record.first_window().end_date());
  for (int64_t turn = 0; record.turn_count() == 0 || turn < record.turn_count(); ++turn) {
    // Of the first window's days, or the 31st would never come back after a February.
    const absl::CivilDay start = MonthsAfter(first, turn * record.repeat_months());
    const absl::CivilDay end = MonthsAfter(first_end, turn * record.repeat_months());
    if (end.year() > kYearMax || (record.has_last_date() && start > ToDay(record.last_date())))
      return std::nullopt;
    if (end < first_open_day || (record.has_settled_date() && start <= ToDay(record.settled_date())))
      continue;
    v1::DateWindow window;
    *window.mutable_start_date() = ToDate(start);
    *window.mutable_end_date() = ToDate(end);
    return window;
  }
  return std::nullopt;
}

void SetNextPostDate(v1::NeedTemplate* record) {
  record->clear_next_post_date();
  if (record->paused()) return;
  const auto window = NextTurn(*record, absl::CivilDay::min());
  if (!window.has_value()) return;
  *record->mutable_next_post_date() = ToDate(ToDay(window->start_date()) - record->days_ahead());
}

}  // namespace ayni::services
