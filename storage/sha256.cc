#include "storage/sha256.h"

#include <algorithm>
#include <memory>

#include "openssl/evp.h"
#include "storage/invariant.h"

namespace ayni::storage {
namespace {

constexpr size_t kBlockBytes = 64;
constexpr unsigned char kInnerPad = 0x36;
constexpr unsigned char kOuterPad = 0x5c;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Made once a thread: setting a context up, or looking the algorithm up by its name, costs more than hashing
// a record.
EVP_MD_CTX* Begin() {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  INVARIANT(context != nullptr && EVP_DigestInit_ex(context.get(), sha256, nullptr) == 1);
  return context.get();
}

void Add(std::string_view bytes, EVP_MD_CTX* context) {
  INVARIANT(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
}

Sha256Digest End(EVP_MD_CTX* context) {
  Sha256Digest digest;
  INVARIANT(EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1);
  return digest;
}

void AddPad(std::string_view key, unsigned char pad, EVP_MD_CTX* context) {
  char block[kBlockBytes];
  std::fill_n(block, kBlockBytes, static_cast<char>(pad));
  for (size_t i = 0; i < key.size(); ++i) block[i] = static_cast<char>(block[i] ^ key[i]);
  Add({block, kBlockBytes}, context);
}

}  // namespace

std::string_view View(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Sha256Digest Sha256(std::initializer_list<std::string_view> parts) {
  EVP_MD_CTX* const context = Begin();
  for (const std::string_view part : parts) Add(part, context);
  return End(context);
}

Sha256Digest HmacSha256(std::string_view key, std::initializer_list<std::string_view> parts) {
  if (key.size() > kBlockBytes) {
    const Sha256Digest shorter = Sha256({key});
    return HmacSha256(View(shorter), parts);
  }
  EVP_MD_CTX* const context = Begin();
  AddPad(key, kInnerPad, context);
  for (const std::string_view part : parts) Add(part, context);
  const Sha256Digest inner = End(context);
  Begin();
  AddPad(key, kOuterPad, context);
  Add(View(inner), context);
  return End(context);
}

}  // namespace ayni::storage
