#include "services/round/price_chunks.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ayni/v1/audit_service.pb.h"

namespace ayni::services {
namespace {

std::string ChunkKey(const std::string& round, int64_t chunk) {
  return absl::StrCat("prices:", round, "/", absl::StrFormat("%06d", chunk));
}

}  // namespace

void AddPriceChunks(const std::string& round, const std::vector<v1::Price>& prices, storage::Change* change) {
  const auto count = static_cast<int64_t>(prices.size());
  for (int64_t first = 0; first < count; first += kPricesPerChunk) {
    v1::ListPricesResponse chunk;
    for (int64_t at = first; at < std::min(first + kPricesPerChunk, count); ++at)
      *chunk.add_prices() = prices[at];
    change->puts.push_back({ChunkKey(round, first / kPricesPerChunk), chunk.SerializeAsString()});
  }
}

absl::StatusOr<std::vector<v1::Price>> ReadPrices(const storage::Reader& reader, const std::string& round,
                                                  int64_t first, int64_t count) {
  std::vector<v1::Price> prices;
  for (int64_t at = first; at < first + count;) {
    const std::string key = ChunkKey(round, at / kPricesPerChunk);
    auto stored = reader.Get(key);
    if (!stored.ok()) return stored.status();
    if (!stored->has_value()) break;
    v1::ListPricesResponse chunk;
    if (!chunk.ParseFromString((*stored)->value))
      return absl::DataLossError(absl::StrCat(key, " can't be read"));
    const int64_t end =
        std::min(first + count, (at / kPricesPerChunk) * kPricesPerChunk + chunk.prices_size());
    const int64_t chunk_begin = at / kPricesPerChunk * kPricesPerChunk;
    for (; at < end; ++at)
      prices.push_back(std::move(*chunk.mutable_prices(static_cast<int>(at - chunk_begin))));
    if (chunk.prices_size() < kPricesPerChunk) break;
  }
  return prices;
}

}  // namespace ayni::services
