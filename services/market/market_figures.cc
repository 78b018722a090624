#include "services/market/market_figures.h"

#include <algorithm>
#include <cstdint>

namespace ayni::services {
std::vector<FigureFamily> MarketFigures(const LiveMarket& market, const storage::Store& store) {
  struct Size {
    int64_t need_count;
    int64_t offer_count;
    size_t bytes;
  };
  const Size size = market.ReadWithLimits([](const NamedMarket& named, const LimitBook& book) {
    return Size{named.need_count(), named.offer_count(), named.ByteSize() + book.ByteSize()};
  });
  const storage::Sequence held = market.sequence();
  const storage::Sequence stored = store.sequence();
  return {
      Gauge("ayni_market_needs", "Needs with something open.", static_cast<double>(size.need_count)),
      Gauge("ayni_market_offers", "Offers with something open.", static_cast<double>(size.offer_count)),
      Gauge("ayni_market_bytes", "Memory that the market takes, about.", static_cast<double>(size.bytes)),
      Gauge("ayni_market_lag_commits", "Commits that the market does not hold yet.",
            static_cast<double>(stored - std::min(held, stored))),
  };
}

}  // namespace ayni::services
