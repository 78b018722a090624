// PolicyService/TryPolicy and SweepPolicy: operations at the desk where rounds are cleared.
#ifndef AYNI_SERVICES_ROUND_POLICY_METHODS_H_
#define AYNI_SERVICES_ROUND_POLICY_METHODS_H_

#include "services/method.h"
#include "services/resource/rules.h"
#include "services/round/clearing_desk.h"
#include "storage/store.h"

namespace ayni::services {

// REQUIRES: store and desk outlive every call.
void AddPolicyMethods(storage::Store* store, ClearingDesk* desk, IdSource new_id, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_POLICY_METHODS_H_
