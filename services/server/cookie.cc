#include "services/server/cookie.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/text_view.h"

namespace ayni::services {

std::string_view CookieIn(std::string_view header, std::string_view name) {
  for (absl::string_view pair : absl::StrSplit(Absl(header), ';')) {
    pair = absl::StripAsciiWhitespace(pair);
    if (absl::ConsumePrefix(&pair, Absl(name)) && absl::ConsumePrefix(&pair, "=")) return View(pair);
  }
  return {};
}

std::string SetCookie(std::string_view name, std::string_view value, absl::Duration lasts, bool comes_along) {
  const std::string age =
      lasts == absl::InfiniteDuration() ? "" : absl::StrCat("; Max-Age=", absl::ToInt64Seconds(lasts));
  return absl::StrCat(Absl(name), "=", Absl(value), "; Path=/", age,
                      "; Secure; HttpOnly; SameSite=", comes_along ? "Lax" : "Strict");
}

bool IsOwnPage(const HttpHeaders& headers) {
  const std::string_view site = headers("sec-fetch-site");
  if (!site.empty()) return site == "same-origin";
  absl::string_view origin = Absl(headers("origin"));
  const bool has_scheme = absl::ConsumePrefix(&origin, "https://") || absl::ConsumePrefix(&origin, "http://");
  return has_scheme && !origin.empty() && absl::EqualsIgnoreCase(origin, Absl(headers("host")));
}

}  // namespace ayni::services
