#include "services/round/bid_prices.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/round/price_chunks.h"

namespace ayni::services {
namespace {

// No name holds a line feed.
std::string CellKey(const v1::Segment& segment, const std::string& controller) {
  return absl::StrCat(segment.limit(), "\n", segment.service(), "\n", segment.service_family(), "\n",
                      segment.territory(), "\n", segment.value_chain(), "\n", segment.currency(), "\n",
                      controller);
}

}  // namespace

absl::StatusOr<std::unique_ptr<const BidPrices>> BidPrices::Load(const storage::Reader& reader,
                                                                 const std::string& round) {
  auto loaded = std::make_unique<BidPrices>();
  for (int64_t first = 0;; first += kPricesPerChunk) {
    const auto prices = ReadPrices(reader, round, first, kPricesPerChunk);
    if (!prices.ok()) return prices.status();
    for (const v1::Price& price : *prices) {
      // A second price of a need is that of a promise.
      if (price.has_need()) loaded->prices_.try_emplace(price.need(), price.price());
      if (price.has_offer()) loaded->prices_[price.offer()] = price.price();
      if (price.has_tap()) loaded->prices_[price.tap()] = price.price();
      if (price.has_cell())
        loaded->prices_[CellKey(price.cell().segment(), price.cell().controller())] = price.price();
    }
    if (static_cast<int64_t>(prices->size()) < kPricesPerChunk) return loaded;
  }
}

int64_t BidPrices::OfCell(const v1::Segment& segment, const std::string& controller) const {
  return Find(CellKey(segment, controller));
}

int64_t BidPrices::Find(const std::string& key) const {
  const auto found = prices_.find(key);
  return found == prices_.end() ? 0 : found->second;
}

}  // namespace ayni::services
