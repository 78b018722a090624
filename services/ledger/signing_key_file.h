// Files of keys that sign: that of checkpoints, and that of exported credentials.
#ifndef AYNI_SERVICES_LEDGER_SIGNING_KEY_FILE_H_
#define AYNI_SERVICES_LEDGER_SIGNING_KEY_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "storage/ledger/ed25519.h"

namespace ayni::services {

// Reads the key, or makes one where no file stands. InvalidArgument: the file holds no such key. Unavailable:
// it can't be read or written; `what` says in the message whose key it is, as in "the ledger's key".
absl::StatusOr<storage::SigningKey> OpenSigningKey(const std::string& path, const std::string& what);

// What a ledger is called where nobody gave it a name: ayni/ and the first 16 hexadecimal digits of the
// SHA-256 of its key, so that no two are called alike.
std::string OriginOf(const storage::PublicKey& key);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_LEDGER_SIGNING_KEY_FILE_H_
