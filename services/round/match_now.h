// NeedService/MatchNow: a need that can't wait is matched between rounds, by the prices and under the caps of
// the last.
#ifndef AYNI_SERVICES_ROUND_MATCH_NOW_H_
#define AYNI_SERVICES_ROUND_MATCH_NOW_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ayni/v1/need_service.pb.h"
#include "services/market/live_market.h"
#include "services/method.h"
#include "services/resource/rules.h"
#include "services/resource/write.h"
#include "services/round/bid_prices.h"
#include "services/work_thread.h"
#include "storage/store.h"

namespace ayni::services {

// Calls that wait while one is matched; beyond them a call is answered ResourceExhausted.
inline constexpr size_t kWaitingMatchesMax = 1'000;
// How long a call waits for the market in memory to hold what the store holds.
inline constexpr std::chrono::milliseconds kMarketWaitMax = std::chrono::seconds(2);

// Plans of one match after the other. Not thread-safe.
class MatchNow {
 public:
  // REQUIRES: both outlive it.
  MatchNow(const storage::Store* store, const LiveMarket* market, IdSource new_id)
      : store_(*store), market_(*market), new_id_(std::move(new_id)) {}

  // The matches that can be made now, with what they take, such that the commit holds only if nobody else
  // took or gave back units since.
  //   InvalidArgument     the request is malformed
  //   NotFound            the need is not there
  //   Aborted             its etag differs, or what it rests on kept changing
  //   FailedPrecondition  it is not critical, or matched already; no round is published; nothing can be
  //   matched Unavailable         a round is being published, or the market in memory is behind
  absl::StatusOr<Draft> Plan(const Call& call, const v1::MatchNowRequest& request);

 private:
  absl::StatusOr<const BidPrices*> PricesOf(const std::string& round);

  const storage::Store& store_;
  const LiveMarket& market_;
  const IdSource new_id_;
  // Of the last round that was asked for.
  std::string priced_round_;
  std::unique_ptr<const BidPrices> prices_;
};

// Matches are planned on `thread`, one at a time from the plan to the answer. REQUIRES: all outlive every
// call.
void AddMatchNow(storage::Store* store, MatchNow* match_now, WorkThread* thread, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_MATCH_NOW_H_
