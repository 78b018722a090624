#include "services/resource/digest.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "services/invariant.h"

namespace ayni::services {

std::string Sha256(absl::string_view bytes) {
  // SHA256() looks the algorithm up by its name each time, which costs as much as the digest of a record.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  const int done = EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()),
                              nullptr, algorithm, nullptr);
  INVARIANT(done == 1, "SHA-256 is part of every OpenSSL");
  return digest;
}

std::string HmacSha256(absl::string_view key, absl::string_view bytes) {
  // RFC 2104. OpenSSL's own looks its algorithm up by name each time, as SHA256() does.
  constexpr size_t kBlockBytes = 64;
  std::string block = key.size() > kBlockBytes ? Sha256(key) : std::string(key);
  block.resize(kBlockBytes, '\0');
  std::string inner;
  inner.reserve(kBlockBytes + bytes.size());
  for (const char byte : block) inner.push_back(static_cast<char>(byte ^ 0x36));
  inner.append(bytes.data(), bytes.size());
  std::string outer;
  outer.reserve(kBlockBytes + SHA256_DIGEST_LENGTH);
  for (const char byte : block) outer.push_back(static_cast<char>(byte ^ 0x5c));
  return Sha256(outer + Sha256(inner));
}

std::string DigestOf(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return Sha256(bytes);
}

}  // namespace ayni::services
