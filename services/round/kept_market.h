// The market of a round's snapshot, kept with the round, so that another policy can be tried on it at any
// later time: the store itself keeps the last version of a record only. Of each record it holds what a
// clearing reads, and no personal data (kept_record.h).
//
// Records that a clearing reads stand in chunks, in the order of their keys. A chunk is named by the SHA-256
// of its bytes and ends where the key of a record says so (kept_market.cc), so that what did not change from
// one round to the next is kept once. Neither is a resource: chunks are market:{digest}, the list of a
// round's chunks is market:rounds/{round}.
#ifndef AYNI_SERVICES_ROUND_KEPT_MARKET_H_
#define AYNI_SERVICES_ROUND_KEPT_MARKET_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/store.h"

namespace ayni::services {

struct KeptMarketStats {
  int64_t record_count = 0;
  int64_t chunk_count = 0;
  // Of these, the chunks that no earlier round had, and their bytes as they are stored.
  int64_t new_chunk_count = 0;
  int64_t new_bytes = 0;
};

// Keeps the snapshot's market for the round, in the place of what was kept for it. Takes the memory of some
// chunks. Cancelled where `stop` said so; errors of the store.
absl::StatusOr<KeptMarketStats> KeepMarket(const storage::Snapshot& snapshot, const std::string& round,
                                           const std::function<bool()>& stop, storage::Store* store);

// The market that was kept for the round, as a snapshot that holds those records only, with their versions; a
// cursor holds one chunk in memory, and Get some of them. NotFound where none is kept; DataLoss where it
// can't be read. REQUIRES: the store outlives the snapshot.
absl::StatusOr<std::unique_ptr<storage::Snapshot>> OpenKeptMarket(const storage::Store& store,
                                                                  const std::string& round);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_KEPT_MARKET_H_
