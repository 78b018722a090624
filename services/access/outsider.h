// Who calls without an account: nobody, with the fewest rights of all members.
#ifndef AYNI_SERVICES_ACCESS_OUTSIDER_H_
#define AYNI_SERVICES_ACCESS_OUTSIDER_H_

#include "services/method.h"

namespace ayni::services {

// No principal has its id. What methods show by role they show it as they would a TAP, which is shown least,
// and nothing is its own. What it may call is the table's column outsider, whatever a TAP may.
Caller Outsider();

bool IsOutsider(const Caller& caller);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ACCESS_OUTSIDER_H_
