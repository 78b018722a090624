#include "services/market/current_method.h"

#include <algorithm>
#include <utility>

namespace ayni::services {

MethodFunction OfCurrentMarket(
    const storage::Store* store, const LiveMarket* market,
    std::function<absl::StatusOr<std::unique_ptr<Message>>(const Call&, const Requests&)> answer) {
  return [store, market, answer = std::move(answer)](const std::shared_ptr<const Call>& call,
                                                     const std::shared_ptr<const Requests>& requests,
                                                     const Reply& reply) {
    if (absl::Status usable = market->Usable(); !usable.ok()) return reply(std::move(usable));
    const auto timeout =
        std::min(absl::FromChrono(std::chrono::nanoseconds(kMarketLagMax)), call->deadline - call->now);
    market->WhenHeld(store->sequence(), absl::ToChronoMilliseconds(timeout),
                     [answer, call, requests, reply](absl::Status held) {
                       if (!held.ok()) return reply(std::move(held));
                       reply(answer(*call, *requests));
                     });
  };
}

}  // namespace ayni::services
