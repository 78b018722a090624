// Sessions: browsers that are signed in. Who shows a token, or signs in at the OpenID provider, is given the
// secret of a session for a cookie; of the session the store keeps the digest. A session ends with what
// opened it, when its time is over, or when its browser says so.
//
// They are no resources, and leave no entry in the ledger: when somebody signed in is nobody else's matter.
//
// Thread-safety: any method from any thread.
#ifndef AYNI_SERVICES_SESSION_SESSIONS_H_
#define AYNI_SERVICES_SESSION_SESSIONS_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/access/directory.h"
#include "storage/store.h"

namespace ayni::services {

// Of administrators and auditors, who see everything, and on a device that is not the person's own: a working
// day.
inline constexpr absl::Duration kDaySessionLasts = absl::Hours(12);
// Of one principal; who opens more ends the oldest.
inline constexpr size_t kSessionsOfPrincipalMax = 32;

struct OpenedSession {
  std::string secret;
  bool is_kept = false;  // by a browser that is closed and opened again
  std::string principal;
  std::string opened_with;
  absl::Time expire_time;
};

class Sessions {
 public:
  // Called once, on any thread, before or after the method returns; must not block.
  using Opened = std::function<void(absl::StatusOr<OpenedSession>)>;
  using Ended = std::function<void(absl::Status)>;

  // A member's session that is kept lasts for `lasts`. REQUIRES: both outlive it and every answer.
  Sessions(storage::Store* store, Directory* directory, absl::Duration lasts)
      : store_(*store), directory_(*directory), lasts_(lasts) {}

  // Puts those that are open at `now` into the directory, and deletes those that are over. Blocks; once, at
  // start.
  absl::Status Load(absl::Time now);

  // Unauthenticated where the token, or the account, opens nothing: see Directory.
  void OpenWithToken(std::string_view secret, bool keep, absl::Time now, Opened opened);
  void OpenWithIdentity(std::string_view issuer, std::string_view subject, bool keep, absl::Time now,
                        Opened opened);

  // Until when the session of this secret is open; nullopt where it is not.
  std::optional<absl::Time> OpenUntil(std::string_view secret, absl::Time now) const;

  // Ends the session; `everywhere`: all of its principal, for which it must be open. Of one that has ended
  // before, OK. `principal`: whom the page takes it for, empty: whoever it is; Unauthenticated with the
  // reason SESSION_OF_ANOTHER where it is another's.
  void End(std::string_view secret, std::string_view principal, bool everywhere, absl::Time now, Ended ended);

 private:
  void Open(const Caller& caller, const std::string& opened_with, bool keep, absl::Time now, Opened opened);
  void Delete(std::vector<v1::Session> sessions, Ended ended);

  storage::Store& store_;
  Directory& directory_;
  const absl::Duration lasts_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SESSION_SESSIONS_H_
