// Browsers that sign in and out at the HTTP door, as they and other sites' pages would ask.
#include "services/server/session_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "ayni/v1/access_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "services/access/secret.h"
#include "services/server/cookie.h"
#include "storage/rocksdb_store.h"
#include "tests/services/server/connect_to.h"
#include "tests/services/server/served_methods.h"
#include "tests/services/session/fake_provider.h"
#include "tests/temporary_folder.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr char kConsole[] = "https://mercado.example";
constexpr char kGetCaller[] = "ayni.v1.AccessService/GetCaller";
constexpr char kClientId[] = "mercado";

using Headers = std::map<std::string, std::string>;

const Headers kOwnPage = {{"Sec-Fetch-Site", "same-origin"}};

Headers operator+(Headers a, const Headers& b) {
  a.insert(b.begin(), b.end());
  return a;
}
Headers Bearer(const std::string& secret) { return {{"Authorization", "Bearer " + secret}}; }
Headers Cookie(const std::string& secret) { return {{"Cookie", absl::StrCat(kSessionCookie, "=", secret)}}; }
Headers SignInCookie(const std::string& secret) {
  return {{"Cookie", absl::StrCat(kSignInCookie, "=", secret)}};
}

struct HttpAnswer {
  int code = 0;
  std::multimap<std::string, std::string> headers;  // by names in lower case
  std::string body;

  std::string Header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
  // The Set-Cookie of that name; empty where there is none.
  std::string SetCookieOf(const std::string& name) const {
    const auto [first, last] = headers.equal_range("set-cookie");
    for (auto each = first; each != last; ++each) {
      if (absl::StartsWith(each->second, name + "=")) return each->second;
    }
    return "";
  }
  std::string CookieValue(const std::string& name) const {
    return std::string(CookieIn(SetCookieOf(name), name));
  }
  bool TakesAway(const std::string& name) const {
    return absl::StartsWith(SetCookieOf(name), name + "=;") &&
           absl::StrContains(SetCookieOf(name), "; Max-Age=0;");
  }
  std::string Reason() const {
    const nlohmann::json said = nlohmann::json::parse(body, nullptr, false);
    if (!said.is_object()) return "";
    for (const nlohmann::json& detail : said.value("details", nlohmann::json::array())) {
      std::string bytes;
      google::rpc::ErrorInfo error_info;
      if (detail.value("type", "") == "google.rpc.ErrorInfo" &&
          absl::Base64Unescape(detail.value("value", ""), &bytes) && error_info.ParseFromString(bytes))
        return error_info.reason();
    }
    return "";
  }
};

MethodTable TellingTheCaller() {
  MethodTable methods;
  methods.Add(kGetCaller, [](std::shared_ptr<const Call> call, std::shared_ptr<const Requests>, Reply reply) {
    auto caller = std::make_unique<v1::Principal>();
    caller->set_name(call->caller.principal);
    reply(std::move(caller));
  });
  return methods;
}

class SignIn : public testing::Test {
 protected:
  SignIn() {
    auto store = storage::RocksDbStore::Open(folder_ / "store", {});
    EXPECT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    sessions_ = std::make_unique<Sessions>(store_.get(), &served_.directory(), absl::Hours(24 * 30));
    Serve({fake_.issuer(), kClientId, "", "Fake", ""});
  }
  ~SignIn() override { Close(); }

  void Close() {
    if (door_ != nullptr) door_->Close(absl::ZeroDuration());
    if (pages_ != nullptr) pages_->Stop();
  }
  void Serve(const OpenIdSettings& openid) {
    Close();
    pages_ = std::make_unique<SessionPages>(sessions_.get(), openid, openid.issuer.empty() ? "" : kConsole,
                                            &log_, [] { return absl::Now(); });
    auto door = ConnectDoor::Open(
        {}, &served_.dispatch(), [](const DoorRequest&) { return std::nullopt; },
        {SessionPages::Holds, [this](const DoorRequest& request, std::function<void(HttpResponse)> answer) {
           pages_->Respond(request, std::move(answer));
         }});
    ASSERT_TRUE(door.ok()) << door.status();
    door_ = *std::move(door);
  }

  HttpAnswer Ask(const std::string& verb, const std::string& target, const Headers& headers = {}) {
    const int connection = ConnectTo(door_->port());
    const std::string body = verb == "POST" ? "{}" : "";
    std::string request = absl::StrCat(verb, " ", target, " HTTP/1.1\r\nHost: ", Host(),
                                       "\r\nConnection: close\r\n", "Content-Type: application/json\r\n");
    for (const auto& [name, value] : headers) absl::StrAppend(&request, name, ": ", value, "\r\n");
    absl::StrAppend(&request, "Content-Length: ", body.size(), "\r\n\r\n", body);
    EXPECT_EQ(write(connection, request.data(), request.size()), static_cast<ssize_t>(request.size()));
    std::string text;
    char buffer[4096];
    for (ssize_t bytes = 0; (bytes = read(connection, buffer, sizeof(buffer))) > 0;)
      text.append(buffer, static_cast<size_t>(bytes));
    close(connection);
    return Parsed(text);
  }
  std::string Host() const { return absl::StrCat("127.0.0.1:", door_->port()); }

  static HttpAnswer Parsed(const std::string& text) {
    HttpAnswer answer;
    const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits("\r\n\r\n", 1));
    const std::vector<std::string> lines = absl::StrSplit(parts[0], "\r\n");
    EXPECT_THAT(lines[0], StartsWith("HTTP/1.1 "));
    if (lines[0].size() < 12) return answer;
    answer.code = std::stoi(lines[0].substr(9, 3));
    for (size_t i = 1; i < lines.size(); ++i) {
      const std::pair<std::string, std::string> pair = absl::StrSplit(lines[i], absl::MaxSplits(": ", 1));
      answer.headers.emplace(absl::AsciiStrToLower(pair.first), pair.second);
    }
    if (parts.size() > 1) answer.body = parts[1];
    return answer;
  }

  // Who a call with these headers is of; why it is nobody's, where it is.
  std::string Who(const Headers& headers) {
    const HttpAnswer answer = Ask("POST", absl::StrCat("/", kGetCaller), headers);
    if (answer.code != 200) return answer.Reason();
    return nlohmann::json::parse(answer.body).value("name", "");
  }

  // Of somebody whom it admits, with an open session; its secret.
  std::string Open(const std::string& principal) {
    const HttpAnswer answer = Ask("POST", "/session", kOwnPage + Bearer(Admit(principal)));
    EXPECT_EQ(answer.code, 200) << answer.body;
    return answer.CookieValue(kSessionCookie);
  }
  std::string Admit(const std::string& principal) {
    return served_.Admit(principal, v1::ROLE_TAP, "parties/t1");
  }
  void Link(const std::string& principal, const std::string& subject, bool pending = false) {
    v1::Identity identity;
    identity.set_name(principal + "/identities/i1");
    identity.set_issuer(fake_.issuer());
    identity.set_subject(subject);
    identity.set_state(pending ? v1::Identity::STATE_PENDING_APPROVAL : v1::Identity::STATE_ACTIVE);
    served_.directory().Put(identity);
  }

  // The callback of a browser that began to sign in, and whose person the provider knows as `subject`.
  HttpAnswer ComeBack(const std::string& subject, const std::string& query = "",
                      const std::string& more = "") {
    const HttpAnswer begun = Ask("GET", "/session/openid" + query);
    EXPECT_EQ(begun.code, 302);
    auto asked = QueryOf(begun.Header("location"));
    fake_.SignIn(subject, kClientId, asked["nonce"], absl::Now());
    return Ask("GET", absl::StrCat("/session/openid/callback?code=c0de&state=", asked["state"], more),
               SignInCookie(begun.CookieValue(kSignInCookie)));
  }

  const TemporaryFolder folder_;
  Log log_{STDERR_FILENO, LogLevel::kError, absl::Now};
  FakeProvider fake_;
  std::unique_ptr<storage::Store> store_;
  ServedMethods served_{TellingTheCaller()};
  std::unique_ptr<Sessions> sessions_;
  std::unique_ptr<SessionPages> pages_;
  std::unique_ptr<ConnectDoor> door_;
};

TEST_F(SignIn, ByATokenGivesACookieThatCalls) {
  const HttpAnswer answer = Ask("POST", "/session", kOwnPage + Bearer(Admit("principals/ana")));
  ASSERT_EQ(answer.code, 200) << answer.body;
  EXPECT_EQ(answer.Header("cache-control"), "no-store");
  const std::string until = nlohmann::json::parse(answer.body).value("expireTime", "");
  absl::Time time;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, until, &time, nullptr)) << answer.body;
  EXPECT_LE(absl::AbsDuration(time - absl::Now() - kDaySessionLasts), absl::Minutes(1));
  EXPECT_THAT(answer.body, testing::Not(HasSubstr("ayni_"))) << "no script is to see it";
  const std::string secret = answer.CookieValue(kSessionCookie);
  EXPECT_EQ(Who(kOwnPage + Cookie(secret)), "principals/ana");
}

TEST_F(SignIn, OutlastsTheBrowserWhereItIsToBeKept) {
  const std::string token = Admit("principals/ana");
  const auto cookie = [&](const std::string& target) {
    return Ask("POST", target, kOwnPage + Bearer(token)).SetCookieOf(kSessionCookie);
  };
  EXPECT_THAT(cookie("/session?keep=1"), testing::ContainsRegex("; Max-Age=(2592000|25919[0-9][0-9]);"));
  for (const char* target : {"/session", "/session?keep=0", "/session?keep"})
    EXPECT_THAT(cookie(target), testing::Not(HasSubstr("Max-Age"))) << target;
}

TEST_F(SignIn, ByATokenIsForTheOwnPages) {
  const std::string token = Admit("principals/ana");
  for (const Headers& other :
       {Headers(), Headers{{"Sec-Fetch-Site", "cross-site"}}, Headers{{"Sec-Fetch-Site", "same-site"}},
        Headers{{"Origin", "https://evil.example"}}, Headers{{"Origin", "http://127.0.0.1:1"}},
        Headers{{"Origin", "null"}}}) {
    const HttpAnswer answer = Ask("POST", "/session", other + Bearer(token));
    EXPECT_EQ(answer.code, 403);
    EXPECT_EQ(answer.Reason(), "OTHER_ORIGIN");
    EXPECT_EQ(answer.SetCookieOf(kSessionCookie), "");
  }
  EXPECT_EQ(Ask("POST", "/session", Headers{{"Origin", "http://" + Host()}} + Bearer(token)).code, 200);
}

TEST_F(SignIn, ByNoTokenOrAWrongOneIsRefused) {
  const std::string open = Open("principals/ana");
  const std::pair<Headers, const char*> cases[] = {{{}, "TOKEN_MALFORMED"},
                                                   {{{"Authorization", "Basic YTpi"}}, "TOKEN_MALFORMED"},
                                                   {Cookie(open), "TOKEN_MALFORMED"},
                                                   {Bearer(NewSecret()), "TOKEN_UNKNOWN"},
                                                   {Bearer(open), "TOKEN_UNKNOWN"}};
  for (const auto& [headers, reason] : cases) {
    const HttpAnswer answer = Ask("POST", "/session", kOwnPage + headers);
    EXPECT_EQ(answer.code, 401);
    EXPECT_EQ(answer.Reason(), reason);
    EXPECT_EQ(answer.SetCookieOf(kSessionCookie), "");
  }
}

TEST_F(SignIn, CallsFromTheOwnPagesAlone) {
  const std::string secret = Open("principals/ana");
  EXPECT_EQ(Who(kOwnPage + Cookie(secret)), "principals/ana");
  EXPECT_EQ(Who(Headers{{"Origin", "http://" + Host()}} + Cookie(secret)), "principals/ana");
  for (const Headers& other :
       {Headers(), Headers{{"Sec-Fetch-Site", "cross-site"}}, Headers{{"Sec-Fetch-Site", "same-site"}},
        Headers{{"Sec-Fetch-Site", "none"}},
        Headers{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "http://" + Host()}},
        Headers{{"Origin", "https://evil.example"}}, Headers{{"Origin", "http://127.0.0.1:1"}}})
    EXPECT_EQ(Who(other + Cookie(secret)), "TOKEN_MISSING");
}

TEST_F(SignIn, NeverCallsByGrpc) {
  const std::string secret = Open("principals/ana");
  const Answered answered = services::Ask(served_.Connect(), kGetCaller, v1::GetCallerRequest(),
                                          {.token = "",
                                           .headers = {{"cookie", absl::StrCat(kSessionCookie, "=", secret)},
                                                       {"sec-fetch-site", "same-origin"},
                                                       {"x-principal", "principals/ana"}}});
  EXPECT_EQ(answered.status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(answered.Reason(), "TOKEN_MISSING");
  const Answered as_token =
      services::Ask(served_.Connect(), kGetCaller, v1::GetCallerRequest(), {.token = secret, .headers = {}});
  EXPECT_EQ(as_token.Reason(), "TOKEN_UNKNOWN");
}

TEST_F(SignIn, YieldsToATokenThatIsShown) {
  const std::string secret = Open("principals/ana");
  const std::string token = Admit("principals/ben");
  EXPECT_EQ(Who(kOwnPage + Cookie(secret) + Bearer(token)), "principals/ben");
  EXPECT_EQ(Who(kOwnPage + Cookie(secret) + Bearer(NewSecret())), "TOKEN_UNKNOWN");
  EXPECT_EQ(Who(kOwnPage + Cookie(token)), "SESSION_ENDED") << "a token is no session";
}

TEST_F(SignIn, IsOfWhomThePageTakesItFor) {
  const std::string secret = Open("principals/ana");
  const auto as = [&](const char* principal) {
    return Who(kOwnPage + Cookie(secret) + Headers{{"X-Principal", principal}});
  };
  EXPECT_EQ(as("principals/ana"), "principals/ana");
  EXPECT_EQ(as("principals/ben"), "SESSION_OF_ANOTHER");
  EXPECT_EQ(Who(kOwnPage + Headers{{"X-Principal", "principals/ana"}}), "SESSION_ENDED");
}

TEST_F(SignIn, IsToldToTheOwnPagesAlone) {
  const std::string secret = Open("principals/ana");
  const auto said = [&](const Headers& headers) {
    const HttpAnswer answer = Ask("GET", "/session", headers);
    EXPECT_EQ(answer.code, 200);
    EXPECT_EQ(answer.Header("cache-control"), "no-store");
    return nlohmann::json::parse(answer.body);
  };
  EXPECT_EQ(said(kOwnPage + Cookie(secret)).value("expireTime", ""),
            absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", *sessions_->OpenUntil(secret, absl::Now()),
                             absl::UTCTimeZone()));
  EXPECT_EQ(said(kOwnPage + Cookie(secret)).value("provider", ""), "Fake");
  EXPECT_FALSE(said(Headers{{"Sec-Fetch-Site", "cross-site"}} + Cookie(secret)).contains("expireTime"));
  EXPECT_TRUE(said(Cookie(secret)).contains("expireTime")) << "of a GET older browsers say nothing";
  EXPECT_FALSE(said(Headers{{"Origin", "https://evil.example"}} + Cookie(secret)).contains("expireTime"));
  EXPECT_FALSE(said(kOwnPage + Cookie(NewSecret())).contains("expireTime"));
  EXPECT_FALSE(said(kOwnPage).contains("expireTime"));
}

TEST_F(SignIn, EndsWhereTheOwnPageSaysSo) {
  const std::string secret = Open("principals/ana");
  for (const Headers& other :
       {Headers(), Headers{{"Sec-Fetch-Site", "cross-site"}}, Headers{{"Origin", "https://evil.example"}}}) {
    EXPECT_EQ(Ask("POST", "/session/end", other + Cookie(secret)).Reason(), "OTHER_ORIGIN");
    EXPECT_EQ(Ask("POST", "/session/end?everywhere=1", other + Cookie(secret)).Reason(), "OTHER_ORIGIN");
  }
  EXPECT_EQ(Ask("GET", "/session/end", kOwnPage + Cookie(secret)).code, 405);
  EXPECT_EQ(Who(kOwnPage + Cookie(secret)), "principals/ana");
  // Another window signed somebody else in meanwhile.
  for (const char* path : {"/session/end", "/session/end?everywhere=1"}) {
    const HttpAnswer others =
        Ask("POST", path, kOwnPage + Cookie(secret) + Headers{{"X-Principal", "principals/ben"}});
    EXPECT_EQ(others.Reason(), "SESSION_OF_ANOTHER") << path;
    EXPECT_EQ(others.SetCookieOf(kSessionCookie), "") << path;
  }
  EXPECT_EQ(Who(kOwnPage + Cookie(secret)), "principals/ana");
  const HttpAnswer ended =
      Ask("POST", "/session/end", kOwnPage + Cookie(secret) + Headers{{"X-Principal", "principals/ana"}});
  EXPECT_EQ(ended.code, 204);
  EXPECT_TRUE(ended.TakesAway(kSessionCookie)) << ended.SetCookieOf(kSessionCookie);
  EXPECT_EQ(Who(kOwnPage + Cookie(secret)), "SESSION_ENDED");
  EXPECT_EQ(Ask("POST", "/session/end", kOwnPage + Cookie(secret)).code, 204) << "again";
}

TEST_F(SignIn, EndsEverywhereAtOnce) {
  const std::string token = Admit("principals/ana");
  const auto open = [&] {
    return Ask("POST", "/session", kOwnPage + Bearer(token)).CookieValue(kSessionCookie);
  };
  const std::string here = open();
  const std::string there = open();
  const std::string other = Open("principals/ben");
  const HttpAnswer ended = Ask("POST", "/session/end?everywhere=1", kOwnPage + Cookie(here));
  EXPECT_EQ(ended.code, 204);
  EXPECT_TRUE(ended.TakesAway(kSessionCookie));
  EXPECT_EQ(Who(kOwnPage + Cookie(here)), "SESSION_ENDED");
  EXPECT_EQ(Who(kOwnPage + Cookie(there)), "SESSION_ENDED");
  EXPECT_EQ(Who(kOwnPage + Cookie(other)), "principals/ben");
  const HttpAnswer again = Ask("POST", "/session/end?everywhere=1", kOwnPage + Cookie(here));
  EXPECT_EQ(again.code, 401);
  EXPECT_EQ(again.Reason(), "SESSION_ENDED");
  EXPECT_TRUE(again.TakesAway(kSessionCookie));
}

TEST_F(SignIn, ByTheProviderLeadsToTheConsole) {
  Admit("principals/ana");
  Link("principals/ana", "sub-1");
  const HttpAnswer answer = ComeBack("sub-1");
  EXPECT_EQ(answer.code, 302);
  EXPECT_EQ(answer.Header("location"), absl::StrCat(kConsole, "/"));
  EXPECT_EQ(answer.Header("cache-control"), "no-store");
  EXPECT_EQ(answer.Header("referrer-policy"), "no-referrer");
  EXPECT_TRUE(answer.TakesAway(kSignInCookie));
  EXPECT_THAT(answer.SetCookieOf(kSessionCookie), testing::Not(HasSubstr("Max-Age")));
  EXPECT_EQ(Who(kOwnPage + Cookie(answer.CookieValue(kSessionCookie))), "principals/ana");
  EXPECT_THAT(ComeBack("sub-1", "?keep=1").SetCookieOf(kSessionCookie), HasSubstr("Max-Age="));
}

TEST_F(SignIn, BeginsWithACookieThatComesAlongFromTheProvider) {
  const HttpAnswer begun = Ask("GET", "/session/openid");
  ASSERT_EQ(begun.code, 302);
  EXPECT_THAT(begun.Header("location"), StartsWith(fake_.issuer() + "/authorize?"));
  EXPECT_EQ(QueryOf(begun.Header("location"))["redirect_uri"],
            absl::StrCat(kConsole, "/session/openid/callback"));
  EXPECT_EQ(begun.Header("cache-control"), "no-store");
  EXPECT_EQ(begun.Header("referrer-policy"), "no-referrer");
  EXPECT_THAT(begun.SetCookieOf(kSignInCookie), HasSubstr("; SameSite=Lax"));
  EXPECT_THAT(begun.SetCookieOf(kSignInCookie), HasSubstr("; Max-Age=600;"));
  EXPECT_THAT(begun.Header("location"), testing::Not(HasSubstr(begun.CookieValue(kSignInCookie))));
}

TEST_F(SignIn, IsLostInABrowserThatDidNotBeginIt) {
  const HttpAnswer begun = Ask("GET", "/session/openid");
  const std::string state = QueryOf(begun.Header("location"))["state"];
  const std::string secret = begun.CookieValue(kSignInCookie);
  const std::string other = Ask("GET", "/session/openid").CookieValue(kSignInCookie);
  const std::pair<std::string, Headers> cases[] = {
      {"", {}},
      {"?code=c0de", SignInCookie(secret)},
      {"?code=c0de&state=" + state, {}},
      {"?code=c0de&state=" + state, SignInCookie(other)},
      {"?code=c0de&state=" + state + "x", SignInCookie(secret)},
      {"?code=c0de&state=" + state + "%zz", SignInCookie(secret)},
      {"?code=c0de&state=" + OpenIdProvider::StateOf(""), SignInCookie("")},
      {"?code=c0de&state=" + OpenIdProvider::StateOf("a"), SignInCookie("a")}};
  for (const auto& [query, headers] : cases) {
    const HttpAnswer answer = Ask("GET", "/session/openid/callback" + query, headers);
    EXPECT_EQ(answer.code, 302) << query;
    EXPECT_EQ(answer.Header("location"), absl::StrCat(kConsole, "/#/sign-in/SIGN_IN_LOST")) << query;
    EXPECT_EQ(answer.SetCookieOf(kSessionCookie), "") << query;
  }
  EXPECT_EQ(fake_.CountOf("/token"), 0u);
}

// RFC 9207.
TEST_F(SignIn, OfAnotherProvidersCodeIsRefused) {
  Admit("principals/ana");
  Link("principals/ana", "sub-1");
  const HttpAnswer refused = ComeBack("sub-1", "", "&iss=https%3A%2F%2Fevil.example");
  EXPECT_EQ(refused.Header("location"), absl::StrCat(kConsole, "/#/sign-in/SIGN_IN_REFUSED"));
  EXPECT_EQ(refused.SetCookieOf(kSessionCookie), "");
  EXPECT_EQ(fake_.CountOf("/token"), 0u);
  EXPECT_EQ(ComeBack("sub-1", "", "&iss=" + QueryEscaped(fake_.issuer())).Header("location"),
            absl::StrCat(kConsole, "/"));
}

TEST_F(SignIn, SaysWhyItDidNotComeToBe) {
  Admit("principals/ana");
  EXPECT_EQ(ComeBack("a b&c").Header("location"),
            absl::StrCat(kConsole, "/#/sign-in/IDENTITY_UNKNOWN/a%20b%26c"));
  Link("principals/ana", "sub-1", true);
  EXPECT_EQ(ComeBack("sub-1").Header("location"),
            absl::StrCat(kConsole, "/#/sign-in/IDENTITY_PENDING_APPROVAL"));
  const HttpAnswer begun = Ask("GET", "/session/openid");
  const std::string state = QueryOf(begun.Header("location"))["state"];
  const auto come_back = [&](const std::string& query) {
    const HttpAnswer answer = Ask("GET", absl::StrCat("/session/openid/callback?state=", state, query),
                                  SignInCookie(begun.CookieValue(kSignInCookie)));
    EXPECT_EQ(answer.code, 302);
    EXPECT_EQ(answer.SetCookieOf(kSessionCookie), "");
    return answer.Header("location");
  };
  EXPECT_EQ(come_back("&error=access_denied"), absl::StrCat(kConsole, "/#/sign-in/SIGN_IN_REFUSED"));
  const size_t asked_count = fake_.CountOf("/token");
  EXPECT_EQ(come_back("&code=" + std::string(4097, 'c')),
            absl::StrCat(kConsole, "/#/sign-in/SIGN_IN_REFUSED"));
  EXPECT_EQ(fake_.CountOf("/token"), asked_count) << "no such code is handed on";
  fake_.Say("/token", {400, R"({"error":"invalid_grant"})"});
  EXPECT_EQ(come_back("&code=c0de"), absl::StrCat(kConsole, "/#/sign-in/SIGN_IN_REFUSED"));
  fake_.Say("/token", {500, ""});
  EXPECT_EQ(come_back("&code=c0de"), absl::StrCat(kConsole, "/#/sign-in/PROVIDER_UNAVAILABLE"));
}

TEST_F(SignIn, SaysThatTheProviderIsNotThere) {
  fake_.Say("/.well-known/openid-configuration", {500, ""});
  EXPECT_EQ(Ask("GET", "/session/openid").Header("location"),
            absl::StrCat(kConsole, "/#/sign-in/PROVIDER_UNAVAILABLE"));
}

TEST_F(SignIn, WithoutAProviderIsByTokensAlone) {
  Serve({});
  for (const char* path :
       {"/session/openid", "/session/openid/callback", "/session/openid/callback?code=c&state=s"}) {
    EXPECT_EQ(Ask("GET", path).code, 404) << path;
    EXPECT_EQ(Ask("POST", path, kOwnPage).code, 404) << path;
  }
  EXPECT_EQ(nlohmann::json::parse(Ask("GET", "/session").body).size(), 0u);
  EXPECT_EQ(Who(kOwnPage + Cookie(Open("principals/ana"))), "principals/ana");
}

TEST_F(SignIn, WithAProviderTakesNoPostThere) {
  for (const char* path : {"/session/openid", "/session/openid/callback"})
    EXPECT_EQ(Ask("POST", path, kOwnPage).code, 405) << path;
}

}  // namespace
}  // namespace ayni::services
