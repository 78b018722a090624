// The day that a date left out in a request stands for.
#ifndef AYNI_SERVICES_RULES_TODAY_H_
#define AYNI_SERVICES_RULES_TODAY_H_

#include "absl/time/time.h"
#include "google/type/date.pb.h"

namespace ayni::services {

// The first day that is not over everywhere on earth, as rounds count days: nobody loses one by the server's
// time zone.
google::type::Date Today(absl::Time now);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_TODAY_H_
