#include "storage/ledger/sha256.h"

#include <algorithm>

#include "storage/invariant.h"

namespace ayni::storage {
namespace {

constexpr size_t kBlockBytes = 64;
constexpr unsigned char kInnerPad = 0x36;
constexpr unsigned char kOuterPad = 0x5c;

void Begin(EVP_MD_CTX* context) {
  // Looked up once: by its name it costs as much as hashing a record.
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  INVARIANT(context != nullptr && EVP_DigestInit_ex(context, sha256, nullptr) == 1);
}

// Made once a thread: setting a context up costs more than hashing a record.
EVP_MD_CTX* BeginOfThread() {
  thread_local const Sha256Context context(EVP_MD_CTX_new());
  Begin(context.get());
  return context.get();
}

void AddPart(std::string_view bytes, EVP_MD_CTX* context) {
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
  AddPart({block, kBlockBytes}, context);
}

}  // namespace

std::string_view View(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Sha256Digest Sha256(std::initializer_list<std::string_view> parts) {
  EVP_MD_CTX* const context = BeginOfThread();
  for (const std::string_view part : parts) AddPart(part, context);
  return End(context);
}

Sha256Digest HmacSha256(std::string_view key, std::initializer_list<std::string_view> parts) {
  if (key.size() > kBlockBytes) {
    const Sha256Digest shorter = Sha256({key});
    return HmacSha256(View(shorter), parts);
  }
  EVP_MD_CTX* const context = BeginOfThread();
  AddPad(key, kInnerPad, context);
  for (const std::string_view part : parts) AddPart(part, context);
  const Sha256Digest inner = End(context);
  Begin(context);
  AddPad(key, kOuterPad, context);
  AddPart(View(inner), context);
  return End(context);
}

RunningSha256::RunningSha256() : context_(EVP_MD_CTX_new()) { Begin(context_.get()); }

void RunningSha256::Add(std::string_view part) { AddPart(part, context_.get()); }

Sha256Digest RunningSha256::Finish() { return End(context_.get()); }

}  // namespace ayni::storage
