// Checkpoints, proofs and tiles of the ledger, and the health of the store beside it, as methods of the API.
#ifndef AYNI_SERVICES_LEDGER_NOTARY_METHODS_H_
#define AYNI_SERVICES_LEDGER_NOTARY_METHODS_H_

#include <functional>

#include "ayni/v1/ledger.pb.h"
#include "services/ledger/notary.h"
#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// REQUIRES: the store and the notary outlive every call, and the methods of resources were added.
void AddNotaryMethods(storage::Store* store, Notary* notary, std::function<v1::LedgerHealth()> health,
                      MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_LEDGER_NOTARY_METHODS_H_
