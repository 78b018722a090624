#include "services/resource/page_token.h"

#include <openssl/evp.h>

#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/invariant.h"
#include "storage/ledger/sha256.h"

namespace ayni::services {
namespace {

// The synthetic vector, which is the seal too, stands before the enciphered name.
constexpr size_t kSealBytes = 16;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)>;

unsigned char* Bytes(std::string* text) { return reinterpret_cast<unsigned char*>(text->data()); }
const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string Derived(std::string_view secret, std::string_view use) {
  return std::string(storage::View(storage::HmacSha256(secret, {"ayni page token v1\n", use})));
}

// A context with the key and the list that the seal is to cover.
CipherContext Begin(const std::string& key, absl::string_view list, bool enciphers) {
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-SIV", nullptr);
  CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  const bool begun =
      cipher != nullptr && context != nullptr &&
      EVP_CipherInit_ex2(context.get(), cipher, Bytes(key), nullptr, enciphers ? 1 : 0, nullptr) == 1 &&
      EVP_CipherUpdate(context.get(), nullptr, &size, Bytes(list), static_cast<int>(list.size())) == 1;
  INVARIANT(begun, "AES-256-SIV is part of every OpenSSL 3");
  return context;
}

}  // namespace

PageTokens::PageTokens(std::string_view secret, std::string list)
    : key_(absl::StrCat(Derived(secret, "seal"), Derived(secret, "cipher"))), list_(std::move(list)) {
  INVARIANT(!list_.empty(), "a list has a method");
}

std::string PageTokens::After(absl::string_view name) const {
  INVARIANT(!name.empty(), "a list begins without a token");
  const CipherContext context = Begin(key_, list_, true);
  std::string sealed(kSealBytes + name.size(), '\0');
  int size = 0;
  const bool done = EVP_CipherUpdate(context.get(), Bytes(&sealed) + kSealBytes, &size, Bytes(name),
                                     static_cast<int>(name.size())) == 1 &&
                    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kSealBytes, sealed.data()) == 1;
  INVARIANT(done, "a name can be enciphered");
  return absl::WebSafeBase64Escape(sealed);
}

absl::optional<std::string> PageTokens::Read(absl::string_view token) const {
  std::string sealed;
  if (!absl::WebSafeBase64Unescape(token, &sealed) || sealed.size() <= kSealBytes) return absl::nullopt;
  const CipherContext context = Begin(key_, list_, false);
  std::string name(sealed.size() - kSealBytes, '\0');
  int size = 0;
  if (EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kSealBytes, sealed.data()) != 1 ||
      EVP_CipherUpdate(context.get(), Bytes(&name), &size, Bytes(sealed) + kSealBytes,
                       static_cast<int>(name.size())) != 1) {
    return absl::nullopt;
  }
  return name;
}

}  // namespace ayni::services
