#include "services/notice/webhook_signature.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/resource/time.h"
#include "services/text_view.h"
#include "storage/ledger/sha256.h"

namespace ayni::services {

std::string WebhookSecret(std::string_view store_secret, const v1::Subscription& subscription,
                          int32_t generation) {
  const std::string made = absl::StrCat(absl::ToUnixNanos(TimeOf(subscription.create_time())));
  const std::string count = absl::StrCat(generation);
  return std::string(storage::View(storage::HmacSha256(
      store_secret, {"ayni webhook v1\n", subscription.name(), "\n", made, "\n", count})));
}

std::vector<std::string> SigningSecrets(std::string_view store_secret, const v1::Subscription& subscription,
                                        absl::Time now) {
  const int32_t generation = subscription.secret_generation();
  std::vector<std::string> secrets = {WebhookSecret(store_secret, subscription, generation)};
  if (generation > 1 && now < TimeOf(subscription.secret_rotate_time()) + kBothSecretsSign)
    secrets.push_back(WebhookSecret(store_secret, subscription, generation - 1));
  return secrets;
}

std::string SecretText(const std::string& secret) {
  return absl::StrCat("whsec_", absl::Base64Escape(secret));
}

std::string WebhookSignature(const std::vector<std::string>& secrets, std::string_view id,
                             int64_t unix_seconds, std::string_view body) {
  const std::string time = absl::StrCat(unix_seconds);
  std::string signatures;
  for (const std::string& secret : secrets) {
    const storage::Sha256Digest digest = storage::HmacSha256(secret, {id, ".", time, ".", body});
    absl::StrAppend(&signatures, signatures.empty() ? "v1," : " v1,",
                    absl::Base64Escape(Absl(storage::View(digest))));
  }
  return signatures;
}

}  // namespace ayni::services
