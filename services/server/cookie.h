// The cookies of browsers that are signed in (RFC 6265 and its draft 6265bis), and whether a page may use
// them.
#ifndef AYNI_SERVICES_SERVER_COOKIE_H_
#define AYNI_SERVICES_SERVER_COOKIE_H_

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "services/server/connect_protocol.h"

namespace ayni::services {

// The __Host- of their names makes browsers take them from this host alone, over TLS (or from this machine).
inline constexpr char kSessionCookie[] = "__Host-ayni";
inline constexpr char kSignInCookie[] = "__Host-ayni-sign-in";

// Its value in a Cookie header; empty where it is not there.
std::string_view CookieIn(std::string_view header, std::string_view name);

// The Set-Cookie that keeps it for so long from scripts and from pages of other sites; zero: takes it away;
// for ever: until the browser is closed.
// `comes_along`: when somebody comes from another site by a link, as from the OpenID provider.
std::string SetCookie(std::string_view name, std::string_view value, absl::Duration lasts,
                      bool comes_along = false);

// Whether it is a page of this door's own origin that asks, as the browser says. Cookies know no ports, and
// go along with whatever a page of the same host asks for. Of what says neither Sec-Fetch-Site nor Origin,
// which is no browser's call: false.
bool IsOwnPage(const HttpHeaders& headers);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_COOKIE_H_
