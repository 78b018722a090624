// ID tokens: what an OpenID provider says of who signed in, checked as OpenID Connect Core 1.0, section
// 3.1.3.7, has it. Nothing here reads a clock or a network.
#ifndef AYNI_SERVICES_SESSION_ID_TOKEN_H_
#define AYNI_SERVICES_SESSION_ID_TOKEN_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace ayni::services {

// Clocks may differ by so much.
inline constexpr absl::Duration kIdTokenLeeway = absl::Minutes(2);
// Since it was issued, for this sign-in.
inline constexpr absl::Duration kIdTokenAgeMax = absl::Minutes(10);

// What the token of one sign-in must say.
struct IdTokenClaims {
  std::string issuer;
  std::string client_id;  // in its audience
  std::string nonce;
};

// Its subject. `keys` is the provider's JSON Web Key Set (RFC 7517). Taken are signatures of RSA and of
// elliptic curves (RFC 7518: RS, PS and ES): never none, nor a secret's (HS), which a public key could pass
// for. NotFound: none of the keys has the token's kid, so the set may be old; PermissionDenied: anything else
// that is wrong with it.
absl::StatusOr<std::string> SubjectOfIdToken(std::string_view token, const std::string& keys,
                                             const IdTokenClaims& claims, absl::Time now);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SESSION_ID_TOKEN_H_
