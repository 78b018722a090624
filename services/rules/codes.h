// Codes of the standards that records carry. Each says what is wrong with a value, as a Form does.
#ifndef AYNI_SERVICES_RULES_CODES_H_
#define AYNI_SERVICES_RULES_CODES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace ayni::services {

// ISO 639-3: three lower-case letters, of a particular language. A macrolanguage, such as que, a two-letter
// code and the codes that stand for no one language are refused, with what to write instead where that is
// known.
std::string WrongLanguage(absl::string_view value);

// ISO 4217: the code of a currency in use.
std::string WrongCurrency(absl::string_view value);

// E.164: + and 7 to 15 digits, the first of them not 0.
std::string WrongPhone(absl::string_view value);

// Whether it is https://HOST or, of this machine alone, http://HOST, with a port and a path at most.
bool IsWebAddress(absl::string_view value);

// The issuer of ID tokens, as OpenID Connect Core 1.0 has it.
std::string WrongIssuer(absl::string_view value);

// The subject of ID tokens: at most 255 characters of ASCII that print.
std::string WrongSubject(absl::string_view value);

// local@domain.tld, in ASCII.
std::string WrongEmail(absl::string_view value);

// https://host/path, or http, in ASCII, without user, blanks or fragment: what its host may be is for the
// sender to say.
std::string WrongWebhookUrl(absl::string_view value);

// A language in which the server has texts: spa, eng or quz.
std::string WrongTextLanguage(absl::string_view value);

// AGROVOC: c_ and 1 to 12 letters or digits.
std::string WrongAgrovocId(absl::string_view value);

// Peru's taxpayer number: 11 digits that begin with 10, 15, 16, 17 or 20, the last a check digit modulo 11.
std::string WrongRuc(absl::string_view value);

// Peru's identity card: 8 digits.
std::string WrongDni(absl::string_view value);

// ISO 17442: 18 upper-case letters or digits and 2 check digits, ISO 7064 modulo 97-10.
std::string WrongLei(absl::string_view value);

// A number of a register that publishes no form: 1 to 40 letters, digits, hyphens, full stops and slashes.
std::string WrongRegisterNumber(absl::string_view value);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_CODES_H_
