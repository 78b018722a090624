// did:key of Ed25519: an identifier that is its public key, so that nothing has to be asked to check by it.
#ifndef AYNI_SERVICES_CREDENTIAL_DID_KEY_H_
#define AYNI_SERVICES_CREDENTIAL_DID_KEY_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/ledger/ed25519.h"

namespace ayni::services {

// As in did:key:z6Mk...
std::string DidOf(const storage::PublicKey& key);
// InvalidArgument: it is no did:key of Ed25519.
absl::StatusOr<storage::PublicKey> KeyOf(std::string_view did);
// The key within the identifier, as a proof names it: did:key:z6Mk...#z6Mk...
std::string VerificationMethodOf(std::string_view did);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_CREDENTIAL_DID_KEY_H_
