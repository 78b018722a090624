// SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104) by OpenSSL, of bytes in parts that are hashed as one. Both
// are computed several times a commit. Thread-safe; ends the process where OpenSSL has no SHA-256.
#ifndef AYNI_STORAGE_SHA256_H_
#define AYNI_STORAGE_SHA256_H_

#include <array>
#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace ayni::storage {

inline constexpr size_t kSha256Bytes = 32;

using Sha256Digest = std::array<unsigned char, kSha256Bytes>;
// Into the digest.
std::string_view View(const Sha256Digest& digest);

Sha256Digest Sha256(std::initializer_list<std::string_view> parts);
Sha256Digest HmacSha256(std::string_view key, std::initializer_list<std::string_view> parts);

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_SHA256_H_
