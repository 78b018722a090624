// ImportMarket: a whole market at a time, checked as one and written by one commit.
#ifndef AYNI_SERVICES_IMPORT_IMPORT_MARKET_H_
#define AYNI_SERVICES_IMPORT_IMPORT_MARKET_H_

#include "services/method.h"
#include "services/resource/rules.h"
#include "services/rules/resource_methods.h"
#include "storage/store.h"

namespace ayni::services {

// Imports that wait while one is being computed; beyond them a call is answered ResourceExhausted.
inline constexpr size_t kWaitingImportsMax = 8;

// Adds ayni.v1.MarketService/ImportMarket. Imports are computed one after another on a thread of their own,
// which ends with the table's method. REQUIRES: every call is answered before the table goes, and the table
// before *store.
void AddImportMethod(storage::Store* store, IdSource new_id, MethodTable* table,
                     const ResourceOptions& options = {});

}  // namespace ayni::services

#endif  // AYNI_SERVICES_IMPORT_IMPORT_MARKET_H_
