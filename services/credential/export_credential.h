// ExportCredential: a credential as a signed document.
#ifndef AYNI_SERVICES_CREDENTIAL_EXPORT_CREDENTIAL_H_
#define AYNI_SERVICES_CREDENTIAL_EXPORT_CREDENTIAL_H_

#include "services/method.h"
#include "storage/ledger/ed25519.h"
#include "storage/store.h"

namespace ayni::services {

// Signs what the store holds with `key`, as CredentialService/ExportCredential. REQUIRES: the store outlives
// every call.
void AddCredentialExport(const storage::Store* store, storage::SigningKey key, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_CREDENTIAL_EXPORT_CREDENTIAL_H_
