// The market's OpenID provider (OpenID Connect Core 1.0), by the authorisation code flow with PKCE (RFC
// 7636).
//
//   browser -> AuthorizationUrl(secret)    which state, nonce and code challenge follow from
//   the provider sends it back with a code and the state
//   provider.Redeem(code, secret, now)     the code for an ID token, of which the subject
//
// The secret of a sign-in is drawn for it, and kept in a cookie of the browser and nowhere else: what a
// browser brings that did not begin the sign-in fits nothing, and the server keeps nothing that could be
// filled up.
#ifndef AYNI_SERVICES_SESSION_OPENID_PROVIDER_H_
#define AYNI_SERVICES_SESSION_OPENID_PROVIDER_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace ayni::services {

struct OpenIdSettings {
  std::string issuer;  // empty: there is no provider
  std::string client_id;
  std::string client_secret;  // empty: a public client
  std::string display_name;   // what the sign-in page calls it
  std::string redirect_url;   // where it sends browsers back to
};

// What it says of itself is asked for again after this.
inline constexpr absl::Duration kProviderMetadataLasts = absl::Hours(1);
// After it could not be reached, or said nothing that can be used: whoever asks meanwhile is told so at once.
inline constexpr absl::Duration kProviderRest = absl::Seconds(5);
// Keys that lack one are asked for again, but not more often.
inline constexpr absl::Duration kProviderKeysRest = absl::Minutes(1);

// Thread-safety: any method from any thread. Each blocks for up to three transfers (services/transfer.h).
class OpenIdProvider {
 public:
  explicit OpenIdProvider(OpenIdSettings settings) : settings_(std::move(settings)) {}

  const OpenIdSettings& settings() const { return settings_; }

  // Where the browser that keeps `secret` is to go. Unavailable where the provider does not say where.
  absl::StatusOr<std::string> AuthorizationUrl(const std::string& secret, absl::Time now);

  // What the provider is to send back beside the code, to that browser.
  static std::string StateOf(const std::string& secret);

  // The subject of who signed in. Unavailable: the provider can't be reached, or answers what can't be read;
  // PermissionDenied: it does not take the code, or its ID token is wrong.
  absl::StatusOr<std::string> Redeem(const std::string& code, const std::string& secret, absl::Time now);

 private:
  // What the provider says of itself (OpenID Connect Discovery 1.0), and its keys.
  struct Metadata {
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string keys_url;
    bool takes_secret_in_body = false;  // and not in the header
    absl::Time read_time = absl::InfinitePast();
    std::string keys;
    absl::Time keys_time = absl::InfinitePast();
  };

  absl::StatusOr<Metadata> ReadMetadata(absl::Time now);
  absl::StatusOr<Metadata> FetchMetadata(absl::Time now) const;
  // With keys that were read after `since`.
  absl::StatusOr<Metadata> ReadKeys(absl::Time since, absl::Time now);
  absl::StatusOr<std::string> IdTokenFor(const Metadata& metadata, const std::string& code,
                                         const std::string& secret) const;

  const OpenIdSettings settings_;
  std::mutex mutex_;
  // Guarded by mutex_.
  Metadata metadata_;
  absl::Status failure_;  // of the last attempt to read it
  absl::Time failure_time_ = absl::InfinitePast();
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SESSION_OPENID_PROVIDER_H_
