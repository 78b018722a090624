// What a policy's conflict rules must be, beyond the shape of each field.
#ifndef AYNI_SERVICES_RULES_CONFLICT_RULES_H_
#define AYNI_SERVICES_RULES_CONFLICT_RULES_H_

#include "ayni/v1/policy.pb.h"
#include "services/resource/rules.h"

namespace ayni::services {

// Adds everything that is wrong with any of them.
void CheckConflictRules(const Admission& admission, const v1::Policy& policy);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_CONFLICT_RULES_H_
