#include "services/session/sessions.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/identity.pb.h"
#include "services/access/secret.h"
#include "services/resource/time.h"

namespace ayni::services {
namespace {

constexpr char kKeyStem[] = "session:";

std::string KeyOf(const v1::Session& session) {
  return absl::StrCat(kKeyStem, absl::BytesToHexString(session.secret_digest()));
}

bool IsOver(const v1::Session& session, absl::Time now) { return TimeOf(session.expire_time()) <= now; }

// Of a principal's sessions, the oldest first, those that end when it opens one more: those that are over,
// and the oldest where there are too many.
std::vector<v1::Session> MakingRoom(std::vector<v1::Session> sessions, absl::Time now) {
  const auto first_open = std::stable_partition(sessions.begin(), sessions.end(),
                                                [now](const v1::Session& each) { return IsOver(each, now); });
  const size_t over_count = static_cast<size_t>(first_open - sessions.begin());
  const size_t open_count = sessions.size() - over_count;
  const size_t too_many = open_count < kSessionsOfPrincipalMax ? 0 : open_count - kSessionsOfPrincipalMax + 1;
  sessions.resize(over_count + too_many);
  return sessions;
}

}  // namespace

absl::Status Sessions::Load(absl::Time now) {
  const absl::StatusOr<std::unique_ptr<storage::Snapshot>> snapshot = store_.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  storage::Change change;
  const std::unique_ptr<storage::Cursor> cursor = (*snapshot)->Scan(storage::KeyRange::Prefix(kKeyStem));
  while (cursor->Next()) {
    v1::Session session;
    const std::string_view bytes = cursor->value();
    // What can't be read opens nothing any more.
    if (!session.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || IsOver(session, now)) {
      change.deletes.emplace_back(cursor->key());
    } else {
      directory_.Put(session);
    }
  }
  if (!cursor->status().ok() || change.deletes.empty()) return cursor->status();
  return store_.CommitAndWait(std::move(change)).status();
}

void Sessions::OpenWithToken(std::string_view secret, bool keep, absl::Time now, Opened opened) {
  std::string token;
  absl::StatusOr<Caller> caller = directory_.Authenticate(secret, now, &token);
  if (!caller.ok()) return opened(caller.status());
  Open(*caller, token, keep, now, std::move(opened));
}

void Sessions::OpenWithIdentity(std::string_view issuer, std::string_view subject, bool keep, absl::Time now,
                                Opened opened) {
  std::string identity;
  absl::StatusOr<Caller> caller = directory_.FindIdentity(issuer, subject, &identity);
  if (!caller.ok()) return opened(caller.status());
  Open(*caller, identity, keep, now, std::move(opened));
}

void Sessions::Open(const Caller& caller, const std::string& opened_with, bool keep, absl::Time now,
                    Opened opened) {
  const bool lasts_a_day = !keep || !IsMember(caller.role);
  const absl::Duration lasts = lasts_a_day ? std::min(lasts_, kDaySessionLasts) : lasts_;
  const OpenedSession answer{NewSecret(), keep, caller.principal, opened_with, now + lasts};
  const SecretDigest digest = DigestSecret(answer.secret);
  v1::Session session;
  session.set_opened_with(opened_with);
  *session.mutable_open_time() = ToTimestamp(now);
  *session.mutable_expire_time() = ToTimestamp(answer.expire_time);
  session.set_secret_digest(digest.data(), digest.size());

  const std::vector<v1::Session> over = MakingRoom(directory_.SessionsOf(caller.principal), now);
  storage::Change change;
  change.puts.push_back({KeyOf(session), session.SerializeAsString()});
  for (const v1::Session& each : over) change.deletes.push_back(KeyOf(each));
  store_.Commit(std::move(change), [this, session, over, answer,
                                    opened = std::move(opened)](absl::StatusOr<storage::Receipt> receipt) {
    if (!receipt.ok()) return opened(receipt.status());
    for (const v1::Session& each : over) directory_.Erase(each);
    directory_.Put(session);
    opened(answer);
  });
}

std::optional<absl::Time> Sessions::OpenUntil(std::string_view secret, absl::Time now) const {
  const std::optional<v1::Session> session = directory_.SessionOf(secret);
  if (!session.has_value() || !directory_.AuthenticateSession(secret, now).ok()) return std::nullopt;
  return TimeOf(session->expire_time());
}

void Sessions::End(std::string_view secret, std::string_view principal, bool everywhere, absl::Time now,
                   Ended ended) {
  const std::optional<v1::Session> session = directory_.SessionOf(secret);
  const std::string owner = session.has_value() ? PrincipalOf(session->opened_with()) : "";
  if (session.has_value() && !principal.empty() && owner != principal) return ended(SessionOfAnother(owner));
  if (everywhere) {
    const absl::StatusOr<Caller> caller = directory_.AuthenticateSession(secret, now);
    if (!caller.ok()) return ended(caller.status());
    return Delete(directory_.SessionsOf(caller->principal), std::move(ended));
  }
  if (!session.has_value()) return ended(absl::OkStatus());
  Delete({*session}, std::move(ended));
}

void Sessions::Delete(std::vector<v1::Session> sessions, Ended ended) {
  storage::Change change;
  for (const v1::Session& each : sessions) change.deletes.push_back(KeyOf(each));
  store_.Commit(std::move(change), [this, sessions = std::move(sessions),
                                    ended = std::move(ended)](absl::StatusOr<storage::Receipt> receipt) {
    if (!receipt.ok()) return ended(receipt.status());
    for (const v1::Session& each : sessions) directory_.Erase(each);
    ended(absl::OkStatus());
  });
}

}  // namespace ayni::services
