// CreateToken, RevokeToken and DisablePrincipal, and the approvals. A token's other methods are those of
// every resource.
#ifndef AYNI_SERVICES_TOKENS_TOKEN_METHODS_H_
#define AYNI_SERVICES_TOKENS_TOKEN_METHODS_H_

#include "services/method.h"
#include "services/resource/rules.h"
#include "services/rules/resource_methods.h"
#include "storage/store.h"

namespace ayni::services {

// A token's secret is drawn for one call, sent in its answer, and never stored, neither with the token nor
// with its request_id. REQUIRES: *store outlives every call; new_id may be called from any thread.
void AddTokenMethods(storage::Store* store, IdSource new_id, MethodTable* table,
                     const ResourceOptions& options = {});

}  // namespace ayni::services

#endif  // AYNI_SERVICES_TOKENS_TOKEN_METHODS_H_
