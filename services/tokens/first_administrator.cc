#include "services/tokens/first_administrator.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "ayni/v1/access.pb.h"
#include "services/access/secret.h"
#include "services/private_file.h"
#include "services/resource/ledger_seal.h"
#include "services/resource/stored.h"
#include "services/resource/time.h"
#include "services/resource/write.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

// Names that are tried for a file that is in the way.
constexpr int kAsideMax = 100;

// The name that what stood at `path` has now; empty where nothing did.
absl::StatusOr<std::string> MoveAside(const std::string& path) {
  for (int i = 1; i <= kAsideMax; ++i) {
    const std::string aside = absl::StrCat(path, ".", i);
    if (renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, aside.c_str(), RENAME_NOREPLACE) == 0) return aside;
    if (errno == ENOENT) return std::string();
    if (errno != EEXIST) break;
  }
  return absl::UnavailableError(absl::StrCat(
      path,
      " stands where the administrator's token is to go, and can't be moved aside: ", std::strerror(errno)));
}

}  // namespace

absl::StatusOr<MadeAdministrator> MakeAdministrator(storage::Store* store, const IdSource& new_id,
                                                    absl::Time now, const std::string& token_file) {
  const auto first = ReadRecord(*store, ResourceType::Of<v1::Principal>(), kFirstAdministrator);
  if (!first.ok()) return first.status();
  const auto* existing = static_cast<const v1::Principal*>(first->record.get());
  const bool is_new = existing == nullptr || existing->has_disable_time() ||
                      existing->role() != v1::ROLE_ADMINISTRATOR ||
                      existing->state() == v1::Principal::STATE_PENDING_APPROVAL;
  absl::StatusOr<std::string> aside = MoveAside(token_file);
  if (!aside.ok()) return aside.status();
  const std::string secret = NewSecret();
  absl::Status written = WritePrivateFile(token_file, "the administrator's token", secret + "\n");
  if (!written.ok()) return written;

  v1::Principal principal;
  principal.set_name(existing != nullptr && is_new ? absl::StrCat(kFirstAdministrator, "-", new_id())
                                                   : kFirstAdministrator);
  principal.set_display_name("First administrator");
  principal.set_role(v1::ROLE_ADMINISTRATOR);
  principal.set_state(v1::Principal::STATE_ACTIVE);
  *principal.mutable_create_time() = ToTimestamp(now);
  *principal.mutable_update_time() = ToTimestamp(now);
  v1::Token token;
  token.set_name(absl::StrCat(principal.name(), "/tokens/", new_id()));
  token.set_display_name("start of the server");
  token.set_state(v1::Token::STATE_ACTIVE);
  const SecretDigest digest = DigestSecret(secret);
  token.set_secret_digest(digest.data(), digest.size());
  *token.mutable_create_time() = ToTimestamp(now);
  *token.mutable_update_time() = ToTimestamp(now);

  Call call;
  call.method = "aynid";
  call.now = now;
  storage::Change change;
  const StoredRecord nothing;
  if (is_new) AddPut(call, "", KindOf<v1::Principal>(), nothing, principal, &change);
  AddPut(call, "", KindOf<v1::Token>(), nothing, token, &change);
  for (const storage::Put& put : change.puts)
    change.preconditions.push_back(storage::Precondition::Absent(put.key));
  SealLeaves(store->secret(), &change);
  if (absl::Status status = store->CommitAndWait(std::move(change)).status(); !status.ok()) return status;
  return MadeAdministrator{principal.name(), *std::move(aside)};
}

}  // namespace ayni::services
