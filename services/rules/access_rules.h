// What an administrator alone may give a principal to call with, its own or another's.
#ifndef AYNI_SERVICES_RULES_ACCESS_RULES_H_
#define AYNI_SERVICES_RULES_ACCESS_RULES_H_

#include "ayni/v1/access.pb.h"
#include "services/method.h"

namespace ayni::services {

enum class Making { kAtOnce, kSingleHanded, kWaitsForApproval };

// Of a token or an identity of `owner`, null where there is none. Who makes one for another administrator
// could call as that one, and so be two: it waits for a third.
Making MakingFor(const Caller& maker, const v1::Principal* owner, bool single_administrator);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_ACCESS_RULES_H_
