// How a skill that its TAP claims comes to be confirmed, and how it stays fresh.
#ifndef AYNI_SERVICES_RULES_SKILL_CHANGES_H_
#define AYNI_SERVICES_RULES_SKILL_CHANGES_H_

#include "absl/status/statusor.h"
#include "services/method.h"
#include "services/resource/standard_methods.h"

namespace ayni::services {

// Each is by the skill's partner or by an administrator, whom the scopes of their methods admit.
//
// SKILL_CONFIRMED.
absl::StatusOr<Draft> ConfirmSkill(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView* view);
// All that is wrong with the request's fields: InvalidArgument. TOO_MANY_REFRESHES.
absl::StatusOr<Draft> RefreshSkill(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView* view);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_SKILL_CHANGES_H_
