// ConflictService/CheckConflicts: what stands between a need and a TAP.
#ifndef AYNI_SERVICES_MARKET_CONFLICT_METHODS_H_
#define AYNI_SERVICES_MARKET_CONFLICT_METHODS_H_

#include "services/market/live_market.h"
#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// By the active policy; without one the call is refused. Need and TAP are read from the store, the findings
// are those of the live market. REQUIRES: both outlive every call.
void AddConflictMethods(const storage::Store* store, const LiveMarket* market, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_CONFLICT_METHODS_H_
