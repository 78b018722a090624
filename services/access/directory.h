// Directory: the principals and the digests of their tokens, in memory, so that a call is authenticated
// without a read of the store. It is loaded when the server starts, and told of every change before the call
// that made it is answered: a revoked token stops at once.
//
// Invariant: a token authenticates only while its principal is present, approved where it has to be, and not
// disabled, and it is itself approved where it has to be, and neither revoked nor expired.
//
// Thread-safety: any method from any thread. Readers share a lock that only changes take alone.
#ifndef AYNI_SERVICES_ACCESS_DIRECTORY_H_
#define AYNI_SERVICES_ACCESS_DIRECTORY_H_

#include <cstddef>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ayni/v1/access.pb.h"
#include "services/access/secret.h"
#include "services/method.h"

namespace ayni::services {

class Directory {
 public:
  // Who sends this secret. Unauthenticated with the reason TOKEN_UNKNOWN, TOKEN_REVOKED,
  // TOKEN_PENDING_APPROVAL or TOKEN_EXPIRED, or one of Find's. One SHA-256 and two look-ups.
  absl::StatusOr<Caller> Authenticate(std::string_view secret, absl::Time now) const;

  // The principal that a client certificate names, as in principals/{principal}. Unauthenticated with the
  // reason PRINCIPAL_UNKNOWN, PRINCIPAL_DISABLED or PRINCIPAL_PENDING_APPROVAL.
  absl::StatusOr<Caller> Find(std::string_view principal) const;

  // Each takes the place of the one of that name.
  void Put(const v1::Principal& principal);
  void Put(const v1::Token& token);
  // Of a principal or a token; nothing where there is none.
  void Erase(std::string_view name);

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

  absl::StatusOr<Caller> FindLocked(std::string_view principal) const;
  void EraseTokenLocked(std::string_view name);

  mutable std::shared_mutex mutex_;
  // Guarded by mutex_.
  absl::flat_hash_map<std::string, KnownPrincipal> principals_;
  absl::flat_hash_map<SecretDigest, KnownToken, SecretDigestHash> tokens_;
  absl::flat_hash_map<std::string, SecretDigest> digest_of_token_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ACCESS_DIRECTORY_H_
