// The prices of a round as they are stored: under the round, in chunks of kPricesPerChunk, in the order
// in which they are given.
//
// A chunk is no resource: its key is prices:rounds/{round}/{number of six digits}, its value a
// ListPricesResponse. The round's solution_digest covers them.
#ifndef AYNI_SERVICES_ROUND_PRICE_CHUNKS_H_
#define AYNI_SERVICES_ROUND_PRICE_CHUNKS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/audit.pb.h"
#include "storage/change.h"
#include "storage/store.h"

namespace ayni::services {

inline constexpr int64_t kPricesPerChunk = 1'000;

void AddPriceChunks(const std::string& round, const std::vector<v1::Price>& prices, storage::Change* change);

// Up to `count` prices from number `first`, from 0, on; fewer at the end. DataLoss where a chunk can't be
// read. REQUIRES: first >= 0, count > 0.
absl::StatusOr<std::vector<v1::Price>> ReadPrices(const storage::Reader& reader, const std::string& round,
                                                  int64_t first, int64_t count);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_PRICE_CHUNKS_H_
