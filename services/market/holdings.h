// What live matches hold, as the limits count it.
#ifndef AYNI_SERVICES_MARKET_HOLDINGS_H_
#define AYNI_SERVICES_MARKET_HOLDINGS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/round.pb.h"
#include "matcher/limit.h"
#include "services/market/named_market.h"
#include "storage/store.h"

namespace ayni::services {

// On which it counts: of its round's publication, or, where it was made between rounds, its own.
matcher::Day HoldingDay(const v1::Match& match, matcher::Day round_day);
// REQUIRES: the round was published.
matcher::Day PublishDay(const v1::Round& round);

// By time of publication, then by name. Cancelled where stop, asked at every round, said so; DataLoss where a
// record can't be read.
absl::StatusOr<std::vector<v1::Round>> ReadPublishedRounds(const storage::Snapshot& snapshot,
                                                           const std::function<bool()>& stop);

// The published round of the latest publication, whose prices and caps hold until the next; of no name where
// there is none.
absl::StatusOr<v1::Round> ReadLastRound(const storage::Snapshot& snapshot);

// Visits every match that holds units since the day, with the day on which it counts. Cancelled where stop,
// asked at every match, said so; DataLoss where a record can't be read.
absl::Status ForEachHolding(const storage::Snapshot& snapshot, matcher::Day first_day,
                            const std::function<bool()>& stop,
                            const std::function<void(const v1::Match&, matcher::Day day)>& visit);

// Those within the longest window of the limits. Names that the market has not seen become known to it.
absl::StatusOr<std::vector<matcher::Holding>> ReadHoldings(const storage::Snapshot& snapshot,
                                                           const std::vector<matcher::Limit>& limits,
                                                           matcher::Day today,
                                                           const std::function<bool()>& stop,
                                                           NamedMarket* market);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_HOLDINGS_H_
