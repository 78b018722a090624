// Methods that answer of the market in memory.
#ifndef AYNI_SERVICES_MARKET_CURRENT_METHOD_H_
#define AYNI_SERVICES_MARKET_CURRENT_METHOD_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "services/market/live_market.h"
#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// Runs `answer` once the market holds every commit that the store had when the call came, so that whoever
// asks right after its own write, or another's that it was told of, is answered as of it. Unavailable where
// the market is not usable, or is not there within kMarketLagMax and the call's deadline. REQUIRES: store and
// market outlive the function's last call.
MethodFunction OfCurrentMarket(
    const storage::Store* store, const LiveMarket* market,
    std::function<absl::StatusOr<std::unique_ptr<Message>>(const Call&, const Requests&)> answer);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_CURRENT_METHOD_H_
