// A whole market out of a snapshot of the store.
#ifndef AYNI_SERVICES_MARKET_LOAD_H_
#define AYNI_SERVICES_MARKET_LOAD_H_

#include <cstdint>
#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "services/market/named_market.h"
#include "storage/store.h"

namespace ayni::services {

struct LoadOptions {
  // Asked every few hundred records, on any thread but never on two at once; true ends the load.
  std::function<bool()> stop = [] { return false; };
  // Who owns, supplies and funds whom, which only limits ask for.
  bool with_relations = false;
  // The place of a party, need or offer among the others of its kind, by its name: their indices ascend with
  // it. Null: they ascend with the names.
  std::function<int64_t(std::string_view name)> place = nullptr;
  // As NamedMarket::SetDay.
  matcher::Day today = matcher::kDayMin;
};

// Puts every record of the snapshot into the market: territories, services, parties, credentials, relations,
// matches, budgets, agreements, offers, needs, each kind in the order of its names; and indexes the offers.
// The caller's thread shares the work with one or two more; what has places is read twice. Cancelled where
// stop said so; DataLoss, naming the record, where its bytes can't be read. REQUIRES: the market is empty.
absl::Status LoadMarket(const storage::Snapshot& snapshot, const LoadOptions& options, NamedMarket* market);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_LOAD_H_
