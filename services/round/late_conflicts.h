// AuditService/ListLateConflicts: what is known by now to have stood in the way of past matches.
#ifndef AYNI_SERVICES_ROUND_LATE_CONFLICTS_H_
#define AYNI_SERVICES_ROUND_LATE_CONFLICTS_H_

#include "services/market/live_market.h"
#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// By the active policy; without one the call is refused. REQUIRES: both outlive every call.
void AddLateConflicts(const storage::Store* store, const LiveMarket* market, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_LATE_CONFLICTS_H_
