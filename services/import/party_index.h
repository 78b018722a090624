// Index keys of parties that were stored before there were such keys.
#ifndef AYNI_SERVICES_IMPORT_PARTY_INDEX_H_
#define AYNI_SERVICES_IMPORT_PARTY_INDEX_H_

#include "absl/status/status.h"
#include "storage/store.h"

namespace ayni::services {

// Parties that one commit indexes.
inline constexpr size_t kIndexedPartiesMax = 10'000;

// Adds the keys by identifier and name to all parties of a store that has not been through it, and marks it:
// one seek where it has, and nothing of an empty store. Safe to repeat where it was broken off. REQUIRES:
// nothing else writes to the store.
absl::Status IndexParties(storage::Store* store);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_IMPORT_PARTY_INDEX_H_
