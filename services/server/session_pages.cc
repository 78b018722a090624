#include "services/server/session_pages.h"

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"
#include "services/access/secret.h"
#include "services/errors.h"
#include "services/query.h"
#include "services/server/cookie.h"
#include "services/server/new_id.h"
#include "services/text_view.h"

namespace ayni::services {
namespace {

constexpr char kPath[] = "/session";
constexpr char kEndPath[] = "/session/end";
constexpr char kProviderPath[] = "/session/openid";
constexpr char kCallbackPath[] = "/session/openid/callback";
constexpr size_t kCodeCharactersMax = 4096;
// What the secret of a sign-in ends with that opens a session to be kept; no secret has it.
constexpr char kKeeps[] = "+keep";

HttpResponse Refused(const absl::Status& status) {
  return ToHttpResponse(ConnectCall(), status, NewId(absl::Now()), "");
}

HttpResponse Wrong(absl::Status status, const char* reason) {
  AttachErrorInfo(reason, {}, &status);
  return Refused(status);
}

HttpResponse OfAnotherOrigin() {
  return Wrong(absl::PermissionDeniedError("sessions are for pages of this address"), "OTHER_ORIGIN");
}

OpenIdSettings ComingBackTo(const std::string& console_url, OpenIdSettings openid) {
  openid.redirect_url = absl::StrCat(console_url, kCallbackPath);
  return openid;
}

std::string CookieOf(const OpenedSession& session, absl::Time now) {
  return SetCookie(kSessionCookie, session.secret,
                   session.is_kept ? session.expire_time - now : absl::InfiniteDuration());
}

// The last of that name; empty where it is not there, or the query can't be read.
std::string ParameterOf(const std::string& query, const std::string& name) {
  std::map<std::string, std::string> fields;
  return ReadQuery(query, &fields) ? fields[name] : "";
}

// As in JSON.
std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

bool Keeps(const DoorRequest& request) { return ParameterOf(request.query, "keep") == "1"; }

std::string ReasonOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  return DetailsOf(status).front().UnpackTo(&info) ? info.reason() : "SIGN_IN_REFUSED";
}

}  // namespace

SessionPages::SessionPages(Sessions* sessions, OpenIdSettings openid, std::string console_url, const Log* log,
                           Clock clock)
    : sessions_(*sessions),
      provider_(ComingBackTo(console_url, std::move(openid))),
      console_url_(std::move(console_url)),
      log_(*log),
      clock_(std::move(clock)) {}

bool SessionPages::Holds(const std::string& path) {
  return path == kPath || path == kEndPath || path == kProviderPath || path == kCallbackPath;
}

void SessionPages::Respond(const DoorRequest& request, Answer answer) {
  const bool is_post = request.is_post;
  const bool has_provider = !provider_.settings().issuer.empty();
  if (is_post && request.path == kPath) return SignInWithToken(request, answer);
  if (is_post && request.path == kEndPath) return SignOut(request, answer);
  if (!is_post && request.path == kPath) {
    nlohmann::json said = nlohmann::json::object();
    if (has_provider) said["provider"] = provider_.settings().display_name;
    const std::string_view secret = CookieIn(request.headers("cookie"), kSessionCookie);
    // Of a GET older browsers say nothing; other sites' pages have no cookie then, and none can read this.
    const bool says_nothing = request.headers("sec-fetch-site").empty() && request.headers("origin").empty();
    const std::optional<absl::Time> until =
        says_nothing || IsOwnPage(request.headers) ? sessions_.OpenUntil(secret, clock_()) : std::nullopt;
    if (until.has_value()) said["expireTime"] = TimeText(*until);
    return answer(
        {.type = "application/json", .body = said.dump(), .headers = {{"Cache-Control", "no-store"}}});
  }
  if (!is_post && has_provider && request.path == kProviderPath) return GoToProvider(request, answer);
  if (!is_post && has_provider && request.path == kCallbackPath) return ComeFromProvider(request, answer);
  answer(Refusal(has_provider ? 405 : 404, absl::StrCat("there is no such ", request.path)));
}

void SessionPages::SignInWithToken(const DoorRequest& request, const Answer& answer) {
  if (!IsOwnPage(request.headers)) return answer(OfAnotherOrigin());
  const std::optional<std::string_view> secret = SecretOfAuthorization(request.headers("authorization"));
  if (!secret.has_value()) {
    return answer(Wrong(absl::UnauthenticatedError("the authorization header must be: Bearer, a space, and a "
                                                   "token of this server"),
                        "TOKEN_MALFORMED"));
  }
  sessions_.OpenWithToken(
      *secret, Keeps(request), clock_(), [this, answer](absl::StatusOr<OpenedSession> opened) {
        if (!opened.ok()) {
          LogRefusal(opened.status());
          return answer(Refused(opened.status()));
        }
        LogOpened(*opened);
        const nlohmann::json said = {{"expireTime", TimeText(opened->expire_time)}};
        answer({.type = "application/json",
                .body = said.dump(),
                .headers = {{"Cache-Control", "no-store"}, {"Set-Cookie", CookieOf(*opened, clock_())}}});
      });
}

void SessionPages::SignOut(const DoorRequest& request, const Answer& answer) {
  if (!IsOwnPage(request.headers)) return answer(OfAnotherOrigin());
  const std::string_view secret = CookieIn(request.headers("cookie"), kSessionCookie);
  const bool everywhere = ParameterOf(request.query, "everywhere") == "1";
  sessions_.End(
      secret, request.headers("x-principal"), everywhere, clock_(), [answer](const absl::Status& ended) {
        // A session that is over has no principal of whom to end the others; the cookie goes all the same.
        HttpResponse response = ended.ok() ? HttpResponse{.code = 204} : Refused(ended);
        if (ended.ok() || ReasonOf(ended) != "SESSION_OF_ANOTHER")
          response.headers.emplace_back("Set-Cookie", SetCookie(kSessionCookie, "", absl::ZeroDuration()));
        answer(std::move(response));
      });
}

void SessionPages::AskProvider(std::function<void()> ask, const Answer& answer) {
  if (thread_->waiting() >= kSignInsWaitingMax)
    return answer(Refusal(503, "too many sign in at once; try again in a moment"));
  thread_->Post(std::move(ask));
}

void SessionPages::GoToProvider(const DoorRequest& request, const Answer& answer) {
  AskProvider(
      [this, keep = Keeps(request), answer] {
        const std::string secret = absl::StrCat(NewSecret(), keep ? kKeeps : "");
        const absl::StatusOr<std::string> url = provider_.AuthorizationUrl(secret, clock_());
        if (!url.ok()) {
          LogRefusal(url.status());
          return answer(NotSignedIn("PROVIDER_UNAVAILABLE"));
        }
        answer({.code = 302,
                .headers = {{"Location", *url},
                            {"Cache-Control", "no-store"},
                            {"Referrer-Policy", "no-referrer"},
                            {"Set-Cookie", SetCookie(kSignInCookie, secret, kSignInLasts, true)}}});
      },
      answer);
}

void SessionPages::ComeFromProvider(const DoorRequest& request, const Answer& answer) {
  const std::string secret(CookieIn(request.headers("cookie"), kSignInCookie));
  // Another browser began it, or none did; or it took too long.
  if (secret.size() < kSecretCharacters ||
      ParameterOf(request.query, "state") != OpenIdProvider::StateOf(secret))
    return answer(NotSignedIn("SIGN_IN_LOST"));
  // RFC 9207: a provider that is another one's puppet says whose code it is.
  const std::string issuer = ParameterOf(request.query, "iss");
  const std::string code = ParameterOf(request.query, "code");
  if (code.empty() || code.size() > kCodeCharactersMax ||
      (!issuer.empty() && issuer != provider_.settings().issuer)) {
    LogRefusal(absl::PermissionDeniedError(
        absl::StrCat("the OpenID provider gives no code: ", ParameterOf(request.query, "error"), " ",
                     ParameterOf(request.query, "error_description"))));
    return answer(NotSignedIn("SIGN_IN_REFUSED"));
  }
  AskProvider(
      [this, code, secret, answer] {
        TakeSubject(provider_.Redeem(code, secret, clock_()), absl::EndsWith(secret, kKeeps), answer);
      },
      answer);
}

void SessionPages::TakeSubject(const absl::StatusOr<std::string>& subject, bool keep, const Answer& answer) {
  if (!subject.ok()) {
    LogRefusal(subject.status());
    return answer(
        NotSignedIn(absl::IsUnavailable(subject.status()) ? "PROVIDER_UNAVAILABLE" : "SIGN_IN_REFUSED"));
  }
  sessions_.OpenWithIdentity(
      provider_.settings().issuer, *subject, keep, clock_(),
      [this, subject = *subject, answer](absl::StatusOr<OpenedSession> opened) {
        if (!opened.ok()) {
          LogRefusal(opened.status());
          const std::string reason = ReasonOf(opened.status());
          return answer(NotSignedIn(reason, reason == "IDENTITY_UNKNOWN" ? subject : ""));
        }
        LogOpened(*opened);
        answer(ToConsole("", CookieOf(*opened, clock_())));
      });
}

HttpResponse SessionPages::ToConsole(const std::string& fragment, const std::string& cookie) const {
  HttpResponse response{
      .code = 302,
      .headers = {{"Location", absl::StrCat(console_url_, "/", fragment)},
                  {"Cache-Control", "no-store"},
                  {"Referrer-Policy", "no-referrer"},
                  {"Set-Cookie", SetCookie(kSignInCookie, "", absl::ZeroDuration(), true)}}};
  if (!cookie.empty()) response.headers.emplace_back("Set-Cookie", cookie);
  return response;
}

HttpResponse SessionPages::NotSignedIn(const std::string& reason, const std::string& detail) const {
  return ToConsole(absl::StrCat("#/sign-in/", reason, detail.empty() ? "" : "/", QueryEscaped(detail)), "");
}

void SessionPages::LogOpened(const OpenedSession& session) const {
  log_.Write(LogLevel::kInfo, "session opened",
             {{"principal", session.principal}, {"opened_with", session.opened_with}});
}

void SessionPages::LogRefusal(const absl::Status& status) {
  const std::optional<int64_t> left_out = lines_.Take(clock_());
  if (!left_out.has_value()) return;
  log_.Write(LogLevel::kWarning, "sign-in refused",
             {{"code", absl::StatusCodeToString(status.code())},
              {"message", View(status.message().substr(0, kRefusalCharactersMax))},
              {"refusals_left_out", *left_out}});
}

}  // namespace ayni::services
