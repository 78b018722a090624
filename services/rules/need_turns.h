// When the needs of a template come: pure functions of its schedule.
#ifndef AYNI_SERVICES_RULES_NEED_TURNS_H_
#define AYNI_SERVICES_RULES_NEED_TURNS_H_

#include <cstdint>
#include <optional>

#include "absl/time/civil_time.h"
#include "ayni/v1/date_window.pb.h"
#include "ayni/v1/need_template.pb.h"

namespace ayni::services {

inline constexpr int kTurnsMax = 240;
inline constexpr int kRepeatMonthsMax = 24;
// What -yyyymmdd leaves of an id.
inline constexpr int kTemplateIdBytesMax = 54;

// The day so many months later, or the last of its month where that has no such day.
absl::CivilDay MonthsAfter(absl::CivilDay day, int64_t months);

// The window of the first turn that starts after settled_date and ends on `first_open_day` or later; nullopt
// where none is left. REQUIRES: the template's schedule was admitted.
std::optional<v1::DateWindow> NextTurn(const v1::NeedTemplate& record, absl::CivilDay first_open_day);

// Sets next_post_date to when the first turn after settled_date is posted, which may be a day that is over.
// REQUIRES: as NextTurn.
void SetNextPostDate(v1::NeedTemplate* record);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_NEED_TURNS_H_
