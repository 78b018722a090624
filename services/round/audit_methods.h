// AuditService: segment reports and prices of published rounds.
#ifndef AYNI_SERVICES_ROUND_AUDIT_METHODS_H_
#define AYNI_SERVICES_ROUND_AUDIT_METHODS_H_

#include "services/method.h"
#include "services/resource/rules.h"
#include "storage/store.h"

namespace ayni::services {

// REQUIRES: the store outlives every call.
void AddAuditMethods(storage::Store* store, IdSource new_id, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_AUDIT_METHODS_H_
