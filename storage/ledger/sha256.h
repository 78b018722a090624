// SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104) by OpenSSL, of bytes in parts that are hashed as one. Both
// are computed several times a commit. Thread-safe; ends the process where OpenSSL has no SHA-256.
#ifndef AYNI_STORAGE_LEDGER_SHA256_H_
#define AYNI_STORAGE_LEDGER_SHA256_H_

#include <array>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string_view>

#include "openssl/evp.h"

namespace ayni::storage {

inline constexpr size_t kSha256Bytes = 32;

using Sha256Digest = std::array<unsigned char, kSha256Bytes>;
// Into the digest.
std::string_view View(const Sha256Digest& digest);

Sha256Digest Sha256(std::initializer_list<std::string_view> parts);
Sha256Digest HmacSha256(std::string_view key, std::initializer_list<std::string_view> parts);

struct FreeSha256Context {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Sha256Context = std::unique_ptr<EVP_MD_CTX, FreeSha256Context>;

// Of as many parts as are added, one after the other. Not thread-safe.
class RunningSha256 {
 public:
  RunningSha256();
  void Add(std::string_view part);
  // REQUIRES: neither is called after it.
  Sha256Digest Finish();

 private:
  Sha256Context context_;
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_LEDGER_SHA256_H_
