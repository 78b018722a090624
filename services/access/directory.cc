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

SecretDigest ToDigest(const std::string& bytes, const std::string& of) {
  SecretDigest digest;
  INVARIANT(bytes.size() == digest.size(), of);
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

// A NUL stands in neither.
std::string AccountKey(std::string_view issuer, std::string_view subject) {
  return absl::StrCat(Absl(issuer), absl::string_view("\0", 1), Absl(subject));
}

}  // namespace

absl::Status SessionOfAnother(absl::string_view principal) {
  return Unauthenticated("SESSION_OF_ANOTHER", absl::StrCat("the browser is signed in as ", principal));
}

std::string PrincipalOf(absl::string_view name) {
  return std::string(name.substr(0, name.find('/', name.find('/') + 1)));
}

absl::StatusOr<Caller> Directory::Authenticate(std::string_view secret, absl::Time now,
                                               std::string* token) const {
  const SecretDigest digest = DigestSecret(secret);
  std::shared_lock lock(mutex_);
  const auto found = tokens_.find(digest);
  if (found == tokens_.end()) return Unauthenticated("TOKEN_UNKNOWN", "the bearer token is not known");
  if (token != nullptr) *token = found->second.name;
  return AuthenticateLocked(found->second, now);
}

absl::StatusOr<Caller> Directory::AuthenticateLocked(const KnownToken& token, absl::Time now) const {
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

absl::StatusOr<Caller> Directory::AuthenticateLocked(const KnownIdentity& identity) const {
  if (identity.pending) {
    return Unauthenticated("IDENTITY_PENDING_APPROVAL",
                           absl::StrCat(identity.name, " waits for an administrator's approval"));
  }
  return FindLocked(PrincipalOf(identity.name));
}

absl::StatusOr<Caller> Directory::AuthenticateSession(std::string_view secret, absl::Time now) const {
  const SecretDigest digest = DigestSecret(secret);
  std::shared_lock lock(mutex_);
  const auto found = sessions_.find(digest);
  if (found == sessions_.end())
    return Unauthenticated("SESSION_ENDED", "the session has ended: sign in again");
  const v1::Session& session = found->second;
  if (TimeOf(session.expire_time()) <= now) {
    return Unauthenticated("SESSION_EXPIRED",
                           absl::StrCat("the session ended on ",
                                        absl::FormatTime(TimeOf(session.expire_time())), ": sign in again"));
  }
  const auto opener = digest_of_token_.find(session.opened_with());
  if (opener != digest_of_token_.end()) return AuthenticateLocked(tokens_.at(opener->second), now);
  const auto account = account_of_identity_.find(session.opened_with());
  if (account != account_of_identity_.end()) {
    const KnownIdentity& identity = identities_.at(account->second);
    // A name may be given again, and to another account.
    if (TimeOf(session.open_time()) >= identity.create_time) return AuthenticateLocked(identity);
  }
  return Unauthenticated("SESSION_ENDED", absl::StrCat(session.opened_with(), " is no more: sign in again"));
}

absl::StatusOr<Caller> Directory::FindIdentity(std::string_view issuer, std::string_view subject,
                                               std::string* identity) const {
  std::shared_lock lock(mutex_);
  const auto found = identities_.find(AccountKey(issuer, subject));
  if (found == identities_.end())
    return Unauthenticated("IDENTITY_UNKNOWN", "this market does not know the account");
  if (identity != nullptr) *identity = found->second.name;
  return AuthenticateLocked(found->second);
}

std::vector<v1::Session> Directory::SessionsOf(std::string_view principal) const {
  std::shared_lock lock(mutex_);
  std::vector<v1::Session> sessions;
  const auto found = sessions_of_principal_.find(Absl(principal));
  if (found == sessions_of_principal_.end()) return sessions;
  for (const SecretDigest& digest : found->second) sessions.push_back(sessions_.at(digest));
  std::stable_sort(sessions.begin(), sessions.end(), [](const v1::Session& a, const v1::Session& b) {
    return TimeOf(a.open_time()) < TimeOf(b.open_time());
  });
  return sessions;
}

std::optional<v1::Session> Directory::SessionOf(std::string_view secret) const {
  const SecretDigest digest = DigestSecret(secret);
  std::shared_lock lock(mutex_);
  const auto found = sessions_.find(digest);
  return found == sessions_.end() ? std::nullopt : std::optional<v1::Session>(found->second);
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
  const SecretDigest digest = ToDigest(token.secret_digest(), token.name());
  KnownToken known{token.name(), PrincipalOf(token.name()), absl::InfiniteFuture(), token.has_revoke_time(),
                   token.state() == v1::Token::STATE_PENDING_APPROVAL};
  if (token.has_expire_time()) known.expire_time = TimeOf(token.expire_time());
  std::unique_lock lock(mutex_);
  EraseTokenLocked(token.name());
  tokens_[digest] = std::move(known);
  digest_of_token_[token.name()] = digest;
}

void Directory::Put(const v1::Identity& identity) {
  const std::string account = AccountKey(identity.issuer(), identity.subject());
  std::unique_lock lock(mutex_);
  EraseIdentityLocked(identity.name());
  identities_[account] = {identity.name(), TimeOf(identity.create_time()),
                          identity.state() == v1::Identity::STATE_PENDING_APPROVAL};
  account_of_identity_[identity.name()] = account;
}

void Directory::Put(const v1::Session& session) {
  const SecretDigest digest = ToDigest(session.secret_digest(), session.opened_with());
  std::unique_lock lock(mutex_);
  if (sessions_.emplace(digest, session).second)
    sessions_of_principal_[PrincipalOf(session.opened_with())].push_back(digest);
}

void Directory::Erase(std::string_view name) {
  std::unique_lock lock(mutex_);
  principals_.erase(Absl(name));
  EraseTokenLocked(name);
  EraseIdentityLocked(name);
}

void Directory::Erase(const v1::Session& session) {
  const SecretDigest digest = ToDigest(session.secret_digest(), session.opened_with());
  std::unique_lock lock(mutex_);
  if (sessions_.erase(digest) == 0) return;
  const auto found = sessions_of_principal_.find(PrincipalOf(session.opened_with()));
  std::vector<SecretDigest>& digests = found->second;
  digests.erase(std::find(digests.begin(), digests.end(), digest));
  if (digests.empty()) sessions_of_principal_.erase(found);
}

void Directory::EraseTokenLocked(std::string_view name) {
  const auto found = digest_of_token_.find(Absl(name));
  if (found == digest_of_token_.end()) return;
  tokens_.erase(found->second);
  digest_of_token_.erase(found);
}

void Directory::EraseIdentityLocked(std::string_view name) {
  const auto found = account_of_identity_.find(Absl(name));
  if (found == account_of_identity_.end()) return;
  identities_.erase(found->second);
  account_of_identity_.erase(found);
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
