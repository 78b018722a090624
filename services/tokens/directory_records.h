// Keeps a Directory and the stored principals, tokens and identities the same.
#ifndef AYNI_SERVICES_TOKENS_DIRECTORY_RECORDS_H_
#define AYNI_SERVICES_TOKENS_DIRECTORY_RECORDS_H_

#include "absl/status/status.h"
#include "services/access/directory.h"
#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// Puts every stored principal, token and identity into the directory. Linear in their number.
absl::Status LoadDirectory(const storage::Store& store, Directory* directory);

// From now on the directory follows each call that changes one of them before it is answered.
// REQUIRES: the table holds the AccessService's methods; store and directory outlive every call.
void KeepDirectory(const storage::Store* store, Directory* directory, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_TOKENS_DIRECTORY_RECORDS_H_
