// How a receiver knows that a webhook is ours: signatures in the manner of Standard Webhooks
// (https://www.standardwebhooks.com).
//
//   secret    = HMAC-SHA-256(the store's secret, "ayni webhook v1\n" name "\n" create time "\n" generation)
//   signature = HMAC-SHA-256(secret, id "." seconds since 1970 "." body)
//
// A secret is stored nowhere. The time keeps a subscription that is made anew under an old name from having
// the old one's.
#ifndef AYNI_SERVICES_NOTICE_WEBHOOK_SIGNATURE_H_
#define AYNI_SERVICES_NOTICE_WEBHOOK_SIGNATURE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "ayni/v1/notice.pb.h"

namespace ayni::services {

// How long the secret before signs too, so that a receiver can take over the new one.
inline constexpr absl::Duration kBothSecretsSign = absl::Hours(24);

// 32 bytes. REQUIRES: generation > 0.
std::string WebhookSecret(std::string_view store_secret, const v1::Subscription& subscription,
                          int32_t generation);
// Those that sign at that moment, the newest first.
std::vector<std::string> SigningSecrets(std::string_view store_secret, const v1::Subscription& subscription,
                                        absl::Time now);
// whsec_ and the secret in base64.
std::string SecretText(const std::string& secret);
// v1, and the signature in base64, for each secret, with blanks between them.
std::string WebhookSignature(const std::vector<std::string>& secrets, std::string_view id,
                             int64_t unix_seconds, std::string_view body);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_NOTICE_WEBHOOK_SIGNATURE_H_
