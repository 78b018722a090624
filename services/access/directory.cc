#include "services/access/directory.h"

#include <algorithm>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/invariant.h"
#include "services/text_view.h"

namespace ayni::services {
namespace {

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

absl::Status Unauthenticated(absl::string_view reason, absl::string_view what) {
  absl::Status status = absl::UnauthenticatedError(what);
  AttachErrorInfo(reason, {}, &status);
  return status;
}

// principals/p of principals/p/tokens/t.
std::string PrincipalOf(const std::string& token_name) {
  return token_name.substr(0, token_name.find('/', token_name.find('/') + 1));
}

}  // namespace

absl::StatusOr<Caller> Directory::Authenticate(std::string_view secret, absl::Time now) const {
  const SecretDigest digest = DigestSecret(secret);
  std::shared_lock lock(mutex_);
  const auto found = tokens_.find(digest);
  if (found == tokens_.end()) return Unauthenticated("TOKEN_UNKNOWN", "the bearer token is not known");
  const KnownToken& token = found->second;
  if (token.revoked) {
    return Unauthenticated("TOKEN_REVOKED", absl::StrCat("the bearer token ", token.name, " was revoked"));
  }
  if (token.pending) {
    return Unauthenticated("TOKEN_PENDING_APPROVAL", absl::StrCat("the bearer token ", token.name,
                                                                  " waits for an administrator's approval"));
  }
  if (token.expire_time <= now) {
    return Unauthenticated("TOKEN_EXPIRED", absl::StrCat("the bearer token ", token.name, " expired on ",
                                                         absl::FormatTime(token.expire_time)));
  }
  return FindLocked(token.principal);
}

absl::StatusOr<Caller> Directory::Find(std::string_view principal) const {
  std::shared_lock lock(mutex_);
  return FindLocked(principal);
}

absl::StatusOr<Caller> Directory::FindLocked(std::string_view principal) const {
  const auto found = principals_.find(Absl(principal));
  if (found == principals_.end()) {
    return Unauthenticated("PRINCIPAL_UNKNOWN", absl::StrCat(Absl(principal), " does not exist"));
  }
  if (found->second.disabled) {
    return Unauthenticated("PRINCIPAL_DISABLED", absl::StrCat(Absl(principal), " was disabled"));
  }
  if (found->second.pending) {
    return Unauthenticated("PRINCIPAL_PENDING_APPROVAL",
                           absl::StrCat(Absl(principal), " waits for another administrator's approval"));
  }
  return found->second.caller;
}

void Directory::Put(const v1::Principal& principal) {
  std::unique_lock lock(mutex_);
  principals_[principal.name()] = {Caller{principal.name(), principal.role(), principal.party()},
                                   principal.has_disable_time(),
                                   principal.state() == v1::Principal::STATE_PENDING_APPROVAL};
}

void Directory::Put(const v1::Token& token) {
  SecretDigest digest;
  INVARIANT(token.secret_digest().size() == digest.size(), token.name());
  std::copy(token.secret_digest().begin(), token.secret_digest().end(), digest.begin());
  KnownToken known{token.name(), PrincipalOf(token.name()), absl::InfiniteFuture(), token.has_revoke_time(),
                   token.state() == v1::Token::STATE_PENDING_APPROVAL};
  if (token.has_expire_time()) known.expire_time = TimeOf(token.expire_time());
  std::unique_lock lock(mutex_);
  EraseTokenLocked(token.name());
  tokens_[digest] = std::move(known);
  digest_of_token_[token.name()] = digest;
}

void Directory::Erase(std::string_view name) {
  std::unique_lock lock(mutex_);
  principals_.erase(Absl(name));
  EraseTokenLocked(name);
}

void Directory::EraseTokenLocked(std::string_view name) {
  const auto found = digest_of_token_.find(Absl(name));
  if (found == digest_of_token_.end()) return;
  tokens_.erase(found->second);
  digest_of_token_.erase(found);
}

bool Directory::HasAdministrator(absl::Time now, bool takes_certificates) const {
  std::shared_lock lock(mutex_);
  const auto is_administrator = [](const KnownPrincipal& principal) {
    return !principal.disabled && !principal.pending && principal.caller.role == v1::ROLE_ADMINISTRATOR;
  };
  if (takes_certificates) {
    return std::any_of(principals_.begin(), principals_.end(),
                       [&](const auto& entry) { return is_administrator(entry.second); });
  }
  return std::any_of(tokens_.begin(), tokens_.end(), [&](const auto& entry) {
    const auto principal = principals_.find(entry.second.principal);
    return entry.second.IsValid(now) && principal != principals_.end() && is_administrator(principal->second);
  });
}

}  // namespace ayni::services
