// What live matches of earlier rounds hold, as the limits count it.
#ifndef AYNI_SERVICES_ROUND_HOLDINGS_H_
#define AYNI_SERVICES_ROUND_HOLDINGS_H_

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "matcher/limit.h"
#include "services/market/named_market.h"
#include "storage/store.h"

namespace ayni::services {

// Matches, other than undone ones, of the rounds that stand published within the longest window of the
// limits. Names that the market has not seen become known to it. Cancelled where stop said so.
absl::StatusOr<std::vector<matcher::Holding>> ReadHoldings(const storage::Snapshot& snapshot,
                                                           absl::Span<const matcher::Limit> limits,
                                                           matcher::Day today,
                                                           const std::function<bool()>& stop,
                                                           NamedMarket* market);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_HOLDINGS_H_
