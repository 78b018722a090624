// Days of records as the engine counts them.
#ifndef AYNI_SERVICES_MARKET_ENGINE_DAY_H_
#define AYNI_SERVICES_MARKET_ENGINE_DAY_H_

#include "absl/time/time.h"
#include "ayni/v1/credential.pb.h"
#include "ayni/v1/date_window.pb.h"
#include "google/type/date.pb.h"
#include "matcher/market.h"

namespace ayni::services {

// REQUIRES: a whole date.
matcher::Day DayOf(const google::type::Date& date);
google::type::Date DateOf(matcher::Day day);
// The dates of the window; empty where one is missing.
matcher::Window WindowOf(const v1::DateWindow& window);
// From its issue to its last day, or to the day before it was revoked; empty where that was no day.
matcher::Window WindowOf(const v1::Credential& credential);

// The first day that is not over everywhere on earth: a market of several time zones takes no day from
// anyone.
matcher::Day DayOf(absl::Time time);
matcher::Day DayOfUnixSeconds(int64_t seconds);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_ENGINE_DAY_H_
