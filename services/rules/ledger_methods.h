// GetLedgerEntry and ListLedgerEntries: the leaves of the store's ledger, as resources.
#ifndef AYNI_SERVICES_RULES_LEDGER_METHODS_H_
#define AYNI_SERVICES_RULES_LEDGER_METHODS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// As in ledgerEntries/000000000042: the index in 12 digits, so that the order of names is that of indices.
std::string LedgerEntryName(uint64_t index);
// Of a name that LedgerEntryName gives, or one without its zeros: ledgerEntries/42. False of others.
bool LedgerEntryIndex(absl::string_view name, uint64_t* index);

// REQUIRES: *store outlives every call.
void AddLedgerMethods(storage::Store* store, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_LEDGER_METHODS_H_
