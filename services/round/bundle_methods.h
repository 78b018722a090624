// AuditService.ReadRoundBundle and ListPseudonyms: a round as whoever trusts nobody checks it, and whom its
// pseudonyms stand for.
#ifndef AYNI_SERVICES_ROUND_BUNDLE_METHODS_H_
#define AYNI_SERVICES_ROUND_BUNDLE_METHODS_H_

#include "services/ledger/notary.h"
#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// They run on the notary's thread: the first part of a bundle reads the whole ledger. REQUIRES: store and
// notary outlive every call.
void AddBundleMethods(const storage::Store* store, Notary* notary, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_BUNDLE_METHODS_H_
