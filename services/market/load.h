// A whole market out of a snapshot of the store.
#ifndef AYNI_SERVICES_MARKET_LOAD_H_
#define AYNI_SERVICES_MARKET_LOAD_H_

#include <functional>

#include "absl/status/status.h"
#include "services/market/named_market.h"
#include "storage/store.h"

namespace ayni::services {

struct LoadOptions {
  // Asked every few hundred records, on any thread but never on two at once; true ends the load.
  std::function<bool()> stop = [] { return false; };
  // Who owns, supplies and funds whom, which only limits ask for.
  bool with_relations = false;
};

// Puts every record of the snapshot into the market: territories, services, parties, credentials, relations,
// offers, needs, each kind in the order of its names; and indexes the offers. The caller's thread shares the
// work with one or two more. Cancelled where stop said so; DataLoss, naming the record, where its bytes can't
// be read. REQUIRES: the market is empty.
absl::Status LoadMarket(const storage::Snapshot& snapshot, const LoadOptions& options, NamedMarket* market);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_LOAD_H_
