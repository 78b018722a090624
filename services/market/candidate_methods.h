// NeedService/ListCandidates: the offers that could serve a need now.
#ifndef AYNI_SERVICES_MARKET_CANDIDATE_METHODS_H_
#define AYNI_SERVICES_MARKET_CANDIDATE_METHODS_H_

#include "services/market/live_market.h"
#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// Scores are by the active policy; without one the call is refused. The need is read from the store, so that
// a need just made is found; offers are those of the live market. REQUIRES: both outlive every call.
void AddCandidateMethods(const storage::Store* store, const LiveMarket* market, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_CANDIDATE_METHODS_H_
