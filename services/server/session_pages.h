// How a browser signs in and out, at the HTTP door:
//
//   GET  /session                  what an OpenID provider is called, where there is one, and until when the
//                                  browser is signed in, where it is
//   POST /session                  with a token as `authorization`: a session, with its secret in a cookie
//   POST /session/end              ends it; ?everywhere=1: all sessions of whose it is
//   GET  /session/openid           to the provider
//   GET  /session/openid/callback  back from there: a session, and to the console; or there with the reason
//
// With ?keep=1 a session outlasts the closing of the browser. What is wrong is answered as the Connect
// protocol does; to somebody who comes from the provider, as an address of the console, #/sign-in/REASON,
// with the account where it is not known.
#ifndef AYNI_SERVICES_SERVER_SESSION_PAGES_H_
#define AYNI_SERVICES_SERVER_SESSION_PAGES_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "services/log.h"
#include "services/server/connect_door.h"
#include "services/server/line_budget.h"
#include "services/session/openid_provider.h"
#include "services/session/sessions.h"
#include "services/work_thread.h"

namespace ayni::services {

// From the way to the provider to the way back.
inline constexpr absl::Duration kSignInLasts = absl::Minutes(10);
// Refused sign-ins that the log tells of in a second: whoever it is may be refused as often as they like.
inline constexpr int64_t kRefusalLinesPerSecondMax = 10;
inline constexpr size_t kRefusalCharactersMax = 500;
// Sign-ins that wait for the provider at once.
inline constexpr size_t kSignInsWaitingMax = 32;

// Thread-safety: Answer from any thread. REQUIRES: all that it is given outlives every answer.
class SessionPages {
 public:
  using Clock = std::function<absl::Time()>;
  using Answer = std::function<void(HttpResponse)>;

  // `console_url`: where people find the console, without a slash at its end.
  SessionPages(Sessions* sessions, OpenIdSettings openid, std::string console_url, const Log* log,
               Clock clock);

  // Whether the path is one of these.
  static bool Holds(const std::string& path);

  // Blocks for nothing, and answers once, on any thread.
  void Respond(const DoorRequest& request, Answer answer);

  // Waits for what the provider is asked.
  void Stop() { thread_.reset(); }

 private:
  void SignInWithToken(const DoorRequest& request, const Answer& answer);
  void SignOut(const DoorRequest& request, const Answer& answer);
  void GoToProvider(const DoorRequest& request, const Answer& answer);
  void ComeFromProvider(const DoorRequest& request, const Answer& answer);
  void TakeSubject(const absl::StatusOr<std::string>& subject, bool keep, const Answer& answer);
  // False, and answered, where too many wait.
  void AskProvider(std::function<void()> ask, const Answer& answer);
  HttpResponse ToConsole(const std::string& fragment, const std::string& cookie) const;
  // To the sign-in page, which says why.
  HttpResponse NotSignedIn(const std::string& reason, const std::string& detail = "") const;
  void LogOpened(const OpenedSession& session) const;
  void LogRefusal(const absl::Status& status);

  Sessions& sessions_;
  OpenIdProvider provider_;
  const std::string console_url_;
  const Log& log_;
  const Clock clock_;
  LineBudget lines_{kRefusalLinesPerSecondMax};
  std::unique_ptr<WorkThread> thread_ = std::make_unique<WorkThread>();
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_SESSION_PAGES_H_
