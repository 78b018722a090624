// How large the market in memory is, and how far behind the store, for operators.
#ifndef AYNI_SERVICES_MARKET_MARKET_FIGURES_H_
#define AYNI_SERVICES_MARKET_MARKET_FIGURES_H_

#include <vector>

#include "services/figures.h"
#include "services/market/live_market.h"
#include "storage/store.h"

namespace ayni::services {

// `store` is the one that the market follows.
std::vector<FigureFamily> MarketFigures(const LiveMarket& market, const storage::Store& store);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_MARKET_FIGURES_H_
