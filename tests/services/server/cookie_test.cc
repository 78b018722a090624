#include "services/server/cookie.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "absl/strings/str_split.h"

namespace ayni::services {
namespace {

using testing::Contains;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> Attributes(const std::string& cookie) { return absl::StrSplit(cookie, "; "); }

bool OwnPage(const std::map<std::string, std::string>& headers) {
  return IsOwnPage([&](std::string_view name) -> std::string_view {
    const auto found = headers.find(std::string(name));
    return found == headers.end() ? std::string_view() : found->second;
  });
}

TEST(CookieIn, FindsOneAmongOthers) {
  for (const char* header : {"a=1", "a=1; b=2", "b=2; a=1", "b=2;a=1;c=3", "  a=1  ;b", "b; a=1", ";;a=1;"})
    EXPECT_EQ(CookieIn(header, "a"), "1") << header;
  EXPECT_EQ(CookieIn("a=x=y; b", "a"), "x=y");
  EXPECT_EQ(CookieIn("a=1; a=2", "a"), "1") << "the first is of the longest path";
}

TEST(CookieIn, TakesNoOthersForIt) {
  for (const char* header :
       {"", ";", "=", "=1", "a", "a =1", "aa=1", "ba=1", "b=a=1", "A=1", "b=\"; a\"", "a=", "a=;a=2"})
    EXPECT_EQ(CookieIn(header, "a"), "") << header;
  EXPECT_EQ(CookieIn("__Host-ayni-sign-in=1", kSessionCookie), "");
  EXPECT_EQ(CookieIn("x__Host-ayni=1", kSessionCookie), "");
}

TEST(SetCookie, IsForThisHostAndNoScript) {
  for (const bool comes_along : {false, true}) {
    for (const absl::Duration lasts : {absl::ZeroDuration(), absl::Hours(1), absl::InfiniteDuration()}) {
      for (const char* name : {kSessionCookie, kSignInCookie}) {
        const auto attributes = Attributes(SetCookie(name, "s", lasts, comes_along));
        EXPECT_EQ(attributes.front(), std::string(name) + "=s");
        // What browsers ask of a __Host- (draft 6265bis, section 4.1.3.2).
        EXPECT_THAT(attributes.front(), StartsWith("__Host-"));
        EXPECT_THAT(attributes, Contains("Path=/"));
        EXPECT_THAT(attributes, Contains("Secure"));
        EXPECT_THAT(attributes, Not(Contains(StartsWith("Domain"))));
        EXPECT_THAT(attributes, Contains("HttpOnly"));
        EXPECT_THAT(attributes, Contains(comes_along ? "SameSite=Lax" : "SameSite=Strict"));
      }
    }
  }
}

TEST(SetCookie, LastsAsLongAsItSays) {
  EXPECT_THAT(Attributes(SetCookie("a", "s", absl::Hours(1))), Contains("Max-Age=3600"));
  EXPECT_THAT(Attributes(SetCookie("a", "", absl::ZeroDuration())), Contains("Max-Age=0"));
  EXPECT_THAT(Attributes(SetCookie("a", "s", absl::InfiniteDuration())),
              Not(Contains(StartsWith("Max-Age"))));
}

TEST(SetCookie, IsFoundAgain) {
  const std::string pair = Attributes(SetCookie(kSessionCookie, "ayni_x", absl::Hours(1))).front();
  EXPECT_EQ(CookieIn("b=2; " + pair, kSessionCookie), "ayni_x");
}

// By Sec-Fetch-Site, by Origin where there is none, and else not at all.
TEST(IsOwnPage, IsWhatTheBrowserSays) {
  const std::tuple<const char*, const char*, bool> cases[] = {
      {"same-origin", "", true},
      {"same-origin", "https://mercado.example", true},
      {"same-origin", "https://evil.example", true},  // no page can set the first
      {"same-site", "", false},
      {"same-site", "https://mercado.example", false},
      {"cross-site", "", false},
      {"cross-site", "https://mercado.example", false},
      {"none", "", false},
      {"none", "https://mercado.example", false},
      {"Same-Origin", "", false},
      {"", "", false},
      {"", "https://mercado.example", true},
      {"", "http://mercado.example", true},
      {"", "https://MERCADO.example", true},
      {"", "https://mercado.example:8443", false},
      {"", "https://evil.example", false},
      {"", "https://mercado.example.evil.example", false},
      {"", "https://evilmercado.example", false},
      {"", "https://x.mercado.example", false},
      {"", "mercado.example", false},
      {"", "ftp://mercado.example", false},
      {"", "https://", false},
      {"", "null", false}};
  for (const auto& [site, origin, own] : cases) {
    std::map<std::string, std::string> headers = {{"host", "mercado.example"}};
    if (*site != '\0') headers["sec-fetch-site"] = site;
    if (*origin != '\0') headers["origin"] = origin;
    EXPECT_EQ(OwnPage(headers), own) << site << " " << origin;
  }
}

TEST(IsOwnPage, TellsPortsApart) {
  const auto asks = [](const char* origin) {
    return OwnPage({{"host", "127.0.0.1:7401"}, {"origin", origin}});
  };
  EXPECT_TRUE(asks("http://127.0.0.1:7401"));
  EXPECT_FALSE(asks("http://127.0.0.1:7402"));
  EXPECT_FALSE(asks("http://127.0.0.1"));
}

TEST(IsOwnPage, IsNoneWhereNoHostIsAsked) {
  EXPECT_FALSE(OwnPage({}));
  EXPECT_FALSE(OwnPage({{"origin", ""}}));
  EXPECT_FALSE(OwnPage({{"origin", "https://"}}));
  EXPECT_FALSE(OwnPage({{"origin", "https://mercado.example"}}));
}

}  // namespace
}  // namespace ayni::services
