// The file of the key that signs checkpoints.
#ifndef AYNI_SERVICES_LEDGER_LEDGER_KEY_FILE_H_
#define AYNI_SERVICES_LEDGER_LEDGER_KEY_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "storage/ledger/ed25519.h"

namespace ayni::services {

// Reads the key, or makes one where no file stands. InvalidArgument: the file holds no such key. Unavailable:
// it can't be read or written.
absl::StatusOr<storage::SigningKey> OpenLedgerKey(const std::string& path);

// What a ledger is called where nobody gave it a name: ayni/ and the first 16 hexadecimal digits of the
// SHA-256 of its key, so that no two are called alike.
std::string OriginOf(const storage::PublicKey& key);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_LEDGER_LEDGER_KEY_FILE_H_
