#include "storage/leaf_hash.h"

#include <memory>

#include "openssl/evp.h"
#include "storage/invariant.h"

namespace ayni::storage {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Made once a thread: setting a context up costs more than hashing a leaf.
EVP_MD_CTX* ThreadContext() {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  return context.get();
}

const EVP_MD* Sha256() {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return sha256;
}

}  // namespace

LeafHash HashLeaf(std::string_view leaf) {
  constexpr unsigned char kLeafPrefix = 0x00;
  LeafHash hash;
  EVP_MD_CTX* const context = ThreadContext();
  // Only a machine without memory or without SHA-256 fails here.
  INVARIANT(context != nullptr && EVP_DigestInit_ex(context, Sha256(), nullptr) == 1);
  INVARIANT(EVP_DigestUpdate(context, &kLeafPrefix, 1) == 1);
  INVARIANT(EVP_DigestUpdate(context, leaf.data(), leaf.size()) == 1);
  INVARIANT(EVP_DigestFinal_ex(context, hash.data(), nullptr) == 1);
  return hash;
}

}  // namespace ayni::storage
