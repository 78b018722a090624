// Directory: the principals, the digests of their tokens and sessions, and their identities at an OpenID
// provider, in memory, so that a call is authenticated without a read of the store. It is loaded when the
// server starts, and told of every change before the call that made it is answered: a revoked token stops at
// once, and so do the sessions that it opened.
//
// Invariant: a token or an identity authenticates only while its principal is present, approved where it has
// to be, and not disabled, and it is itself present, approved where it has to be, and neither revoked nor
// expired. A session does while it has not expired, and what opened it does.
//
// Thread-safety: any method from any thread. Readers share a lock that only changes take alone.
#ifndef AYNI_SERVICES_ACCESS_DIRECTORY_H_
#define AYNI_SERVICES_ACCESS_DIRECTORY_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ayni/v1/access.pb.h"
#include "ayni/v1/identity.pb.h"
#include "services/access/secret.h"
#include "services/method.h"

namespace ayni::services {

// principals/p of principals/p/tokens/t or principals/p/identities/i.
std::string PrincipalOf(absl::string_view name);

// Unauthenticated with the reason SESSION_OF_ANOTHER: the page takes the browser's session for somebody
// else's.
absl::Status SessionOfAnother(absl::string_view principal);

class Directory {
 public:
  // Who sends this secret. Unauthenticated with the reason TOKEN_UNKNOWN, TOKEN_REVOKED,
  // TOKEN_PENDING_APPROVAL or TOKEN_EXPIRED, or one of Find's. One SHA-256 and two look-ups.
  // `token`: where its name goes, where it is known; null: nowhere.
  absl::StatusOr<Caller> Authenticate(std::string_view secret, absl::Time now,
                                      std::string* token = nullptr) const;

  // Who has the session of this secret. Unauthenticated with the reason SESSION_ENDED or SESSION_EXPIRED, or
  // why what opened it does not authenticate any more. One SHA-256 and three look-ups.
  absl::StatusOr<Caller> AuthenticateSession(std::string_view secret, absl::Time now) const;

  // Whose the account at the provider is. Unauthenticated with the reason IDENTITY_UNKNOWN or
  // IDENTITY_PENDING_APPROVAL, or one of Find's.
  // `identity`: as `token` above.
  absl::StatusOr<Caller> FindIdentity(std::string_view issuer, std::string_view subject,
                                      std::string* identity = nullptr) const;

  // Sessions of the principal, the one first that was opened first.
  std::vector<v1::Session> SessionsOf(std::string_view principal) const;
  // The session of this secret, expired or not; nullopt where there is none.
  std::optional<v1::Session> SessionOf(std::string_view secret) const;

  // The principal that a client certificate names, as in principals/{principal}. Unauthenticated with the
  // reason PRINCIPAL_UNKNOWN, PRINCIPAL_DISABLED or PRINCIPAL_PENDING_APPROVAL.
  absl::StatusOr<Caller> Find(std::string_view principal) const;

  // Each takes the place of the one of that name.
  void Put(const v1::Principal& principal);
  void Put(const v1::Token& token);
  void Put(const v1::Identity& identity);
  void Put(const v1::Session& session);
  // Of a principal, a token or an identity; nothing where there is none.
  void Erase(std::string_view name);
  void Erase(const v1::Session& session);

  // Whether some administrator can call at `now`: it is approved and not disabled, and has a token that is
  // neither revoked nor expired, unless certificates do as well.
  bool HasAdministrator(absl::Time now, bool takes_certificates) const;

 private:
  struct KnownPrincipal {
    Caller caller;
    bool disabled = false;
    bool pending = false;
  };
  struct KnownToken {
    std::string name;
    std::string principal;
    absl::Time expire_time = absl::InfiniteFuture();
    bool revoked = false;
    bool pending = false;

    bool IsValid(absl::Time now) const { return !revoked && !pending && expire_time > now; }
  };

  struct KnownIdentity {
    std::string name;
    absl::Time create_time = absl::InfinitePast();
    bool pending = false;
  };

  absl::StatusOr<Caller> FindLocked(std::string_view principal) const;
  absl::StatusOr<Caller> AuthenticateLocked(const KnownToken& token, absl::Time now) const;
  absl::StatusOr<Caller> AuthenticateLocked(const KnownIdentity& identity) const;
  void EraseTokenLocked(std::string_view name);
  void EraseIdentityLocked(std::string_view name);

  mutable std::shared_mutex mutex_;
  // Guarded by mutex_.
  absl::flat_hash_map<std::string, KnownPrincipal> principals_;
  absl::flat_hash_map<SecretDigest, KnownToken, SecretDigestHash> tokens_;
  absl::flat_hash_map<std::string, SecretDigest> digest_of_token_;
  absl::flat_hash_map<std::string, KnownIdentity> identities_;         // by account
  absl::flat_hash_map<std::string, std::string> account_of_identity_;  // by name
  absl::flat_hash_map<SecretDigest, v1::Session, SecretDigestHash> sessions_;
  absl::flat_hash_map<std::string, std::vector<SecretDigest>> sessions_of_principal_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ACCESS_DIRECTORY_H_
