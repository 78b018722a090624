#include "services/access/secret.h"

#include <openssl/rand.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/invariant.h"
#include "storage/ledger/sha256.h"

namespace ayni::services {

std::string NewSecret() {
  std::array<unsigned char, kSecretRandomBytes> random;
  const int drawn = RAND_bytes(random.data(), random.size());
  INVARIANT(drawn == 1, "the system gives no random bytes");
  const absl::string_view bytes(reinterpret_cast<const char*>(random.data()), random.size());
  return absl::StrCat(absl::string_view(kSecretPrefix.data(), kSecretPrefix.size()),
                      absl::WebSafeBase64Escape(bytes));
}

SecretDigest DigestSecret(std::string_view secret) { return storage::Sha256({secret}); }

std::optional<std::string_view> SecretOfAuthorization(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() != kScheme.size() + kSecretCharacters) return std::nullopt;
  const std::string_view scheme = authorization.substr(0, kScheme.size());
  const std::string_view secret = authorization.substr(kScheme.size());
  if (!absl::EqualsIgnoreCase(absl::string_view(scheme.data(), scheme.size()),
                              absl::string_view(kScheme.data(), kScheme.size())) ||
      secret.substr(0, kSecretPrefix.size()) != kSecretPrefix) {
    return std::nullopt;
  }
  return secret;
}

}  // namespace ayni::services
