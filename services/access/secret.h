// Bearer secrets: 32 random bytes, so that guessing is hopeless and a plain SHA-256 of them may be stored; no
// salt or slow hash would add anything. The prefix lets people and scanners of leaked text recognise one.
#ifndef AYNI_SERVICES_ACCESS_SECRET_H_
#define AYNI_SERVICES_ACCESS_SECRET_H_

#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "storage/ledger/sha256.h"

namespace ayni::services {

inline constexpr std::string_view kSecretPrefix = "ayni_";
inline constexpr size_t kSecretRandomBytes = 32;
// The prefix and 43 characters of base64url without padding.
inline constexpr size_t kSecretCharacters = kSecretPrefix.size() + 43;

using SecretDigest = storage::Sha256Digest;

struct SecretDigestHash {
  // A digest is uniformly distributed already.
  size_t operator()(const SecretDigest& digest) const {
    size_t first;
    std::memcpy(&first, digest.data(), sizeof(first));
    return first;
  }
};

// From the system's random source; ends the process where there is none.
std::string NewSecret();

// SHA-256 of the secret as it is sent.
SecretDigest DigestSecret(std::string_view secret);

// The secret in an authorization header's value, as in "Bearer ayni_...", the scheme in any case of letters;
// nullopt where the value has another form.
std::optional<std::string_view> SecretOfAuthorization(std::string_view authorization);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ACCESS_SECRET_H_
