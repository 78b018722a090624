// Ed25519 (RFC 8032) by OpenSSL.
#ifndef AYNI_STORAGE_LEDGER_ED25519_H_
#define AYNI_STORAGE_LEDGER_ED25519_H_

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "openssl/evp.h"

namespace ayni::storage {

inline constexpr size_t kPublicKeyBytes = 32;
inline constexpr size_t kSignatureBytes = 64;

using PublicKey = std::array<unsigned char, kPublicKeyBytes>;
using Signature = std::array<unsigned char, kSignatureBytes>;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

// Signs. Thread-safe. Ends the process where OpenSSL has no Ed25519.
class SigningKey {
 public:
  static SigningKey Generate();
  // Of PKCS #8 in PEM, as `openssl genpkey -algorithm ed25519` writes it. InvalidArgument: it is not of
  // Ed25519.
  static absl::StatusOr<SigningKey> FromPem(std::string_view pem);

  std::string ToPem() const;
  const PublicKey& public_key() const { return public_key_; }
  Signature Sign(std::string_view message) const;

 private:
  explicit SigningKey(EVP_PKEY* key);

  std::unique_ptr<EVP_PKEY, FreeKey> key_;
  PublicKey public_key_{};
};

// Whether the key's holder signed the message. Of any bytes.
bool IsSigned(const PublicKey& key, std::string_view message, std::string_view signature);

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_LEDGER_ED25519_H_
