#include "storage/ledger/ed25519.h"

#include "openssl/bio.h"
#include "openssl/pem.h"
#include "storage/invariant.h"

namespace ayni::storage {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using SigningContext = std::unique_ptr<EVP_MD_CTX, FreeContext>;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Asked for a passphrase, OpenSSL would read the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

}  // namespace

SigningKey::SigningKey(EVP_PKEY* key) : key_(key) {
  size_t size = public_key_.size();
  INVARIANT(key != nullptr && EVP_PKEY_get_raw_public_key(key, public_key_.data(), &size) == 1 &&
            size == kPublicKeyBytes);
}

SigningKey SigningKey::Generate() { return SigningKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

absl::StatusOr<SigningKey> SigningKey::FromPem(std::string_view pem) {
  const std::unique_ptr<BIO, FreeBio> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  INVARIANT(bio != nullptr);
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr);
  if (key == nullptr || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) {
    EVP_PKEY_free(key);
    return absl::InvalidArgumentError(
        "is no private key of Ed25519 in PEM without a passphrase, as `openssl genpkey -algorithm ed25519` "
        "writes it");
  }
  return SigningKey(key);
}

std::string SigningKey::ToPem() const {
  const std::unique_ptr<BIO, FreeBio> bio(BIO_new(BIO_s_mem()));
  INVARIANT(bio != nullptr &&
            PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, size);
}

Signature SigningKey::Sign(std::string_view message) const {
  const SigningContext context(EVP_MD_CTX_new());
  Signature signature;
  size_t size = signature.size();
  INVARIANT(context != nullptr &&
            EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
  INVARIANT(EVP_DigestSign(context.get(), signature.data(), &size, Bytes(message), message.size()) == 1 &&
            size == kSignatureBytes);
  return signature;
}

bool IsSigned(const PublicKey& key, std::string_view message, std::string_view signature) {
  const std::unique_ptr<EVP_PKEY, FreeKey> opened(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const SigningContext context(EVP_MD_CTX_new());
  if (opened == nullptr || context == nullptr || signature.size() != kSignatureBytes) return false;
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, opened.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                          message.size()) == 1;
}

}  // namespace ayni::storage
