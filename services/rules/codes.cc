#include "services/rules/codes.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/loopback.h"
#include "services/reason_texts.h"
#include "services/resource/form.h"

namespace ayni::services {
namespace {

struct Replacement {
  absl::string_view code;
  absl::string_view instead;
};

// ISO 639-3's macrolanguages, with the languages to choose from where the field knows them.
constexpr Replacement kMacrolanguages[] = {
    {"aka", ""},
    {"ara", ""},
    {"aym", "ayr (central) or ayc (southern)"},
    {"aze", ""},
    {"bal", ""},
    {"bik", ""},
    {"bnc", ""},
    {"bua", ""},
    {"chm", ""},
    {"cre", ""},
    {"del", ""},
    {"den", ""},
    {"din", ""},
    {"doi", ""},
    {"est", ""},
    {"fas", ""},
    {"ful", ""},
    {"gba", ""},
    {"gon", ""},
    {"grb", ""},
    {"grn", "gug (Paraguay) or gui (eastern Bolivia)"},
    {"hai", ""},
    {"hbs", ""},
    {"hmn", ""},
    {"iku", ""},
    {"ipk", ""},
    {"jrb", ""},
    {"kau", ""},
    {"kln", ""},
    {"kok", ""},
    {"kom", ""},
    {"kon", ""},
    {"kpe", ""},
    {"kur", ""},
    {"lah", ""},
    {"lav", ""},
    {"luy", ""},
    {"man", ""},
    {"mlg", ""},
    {"mon", ""},
    {"msa", ""},
    {"mwr", ""},
    {"nep", ""},
    {"nor", ""},
    {"oji", ""},
    {"ori", ""},
    {"orm", ""},
    {"pus", ""},
    {"que", "quz (Cusco), quy (Ayacucho), qwh (Huaylas) or another particular Quechua"},
    {"raj", ""},
    {"rom", ""},
    {"sqi", ""},
    {"srd", ""},
    {"swa", ""},
    {"syr", ""},
    {"tmh", ""},
    {"uzb", ""},
    {"yid", ""},
    {"zap", ""},
    {"zha", ""},
    {"zho", ""},
    {"zza", ""},
};

constexpr Replacement kTwoLetterCodes[] = {
    {"ay", "ayr (central) or ayc (southern)"},
    {"en", "eng"},
    {"es", "spa"},
    {"fr", "fra"},
    {"gn", "gug (Paraguay) or gui (eastern Bolivia)"},
    {"pt", "por"},
    {"qu", "quz (Cusco), quy (Ayacucho), qwh (Huaylas) or another particular Quechua"},
};

// Codes of ISO 4217's list one that are of money in circulation, in order.
constexpr absl::string_view kCurrencies[] = {
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BHD", "BIF", "BMD",
    "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC",
    "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL",
    "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR",
    "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP",
    "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK",
    "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR",
    "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE",
    "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD",
    "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF",
    "XPF", "YER", "ZAR", "ZMW", "ZWG",
};

bool AllDigits(absl::string_view text) { return std::all_of(text.begin(), text.end(), absl::ascii_isdigit); }

template <size_t kCount>
const Replacement* FindReplacement(const Replacement (&table)[kCount], absl::string_view code) {
  for (const Replacement& row : table) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

std::string UseInstead(const Replacement& row) {
  return row.instead.empty() ? "" : absl::StrCat("; use ", row.instead);
}

}  // namespace

std::string WrongLanguage(absl::string_view value) {
  const std::string form =
      absl::StrCat("must be the ISO 639-3 code of one language, as in quz, ayr or spa, is ", Quoted(value));
  if (value.size() != 3 || !std::all_of(value.begin(), value.end(), absl::ascii_islower)) {
    const Replacement* row = FindReplacement(kTwoLetterCodes, value);
    return form + (row == nullptr ? "" : UseInstead(*row));
  }
  if (const Replacement* row = FindReplacement(kMacrolanguages, value)) {
    return absl::StrCat(form, ", which stands for several languages that do not understand one another",
                        UseInstead(*row));
  }
  const bool is_private = value >= "qaa" && value <= "qtz";
  const bool is_no_language = value == "mis" || value == "mul" || value == "und" || value == "zxx";
  return is_private || is_no_language ? absl::StrCat(form, ", which names no language") : "";
}

std::string WrongCurrency(absl::string_view value) {
  if (std::binary_search(std::begin(kCurrencies), std::end(kCurrencies), value)) return "";
  return absl::StrCat("must be the ISO 4217 code of a currency, as in PEN, BOB or BRL, is ", Quoted(value));
}

std::string WrongPhone(absl::string_view value) {
  const absl::string_view digits = value.substr(std::min<size_t>(1, value.size()));
  const bool right = absl::StartsWith(value, "+") && digits.size() >= 7 && digits.size() <= 15 &&
                     AllDigits(digits) && digits[0] != '0';
  if (right) return "";
  return absl::StrCat("must be + and 7 to 15 digits without blanks (E.164), as in +51984123456, is ",
                      Quoted(value));
}

std::string WrongEmail(absl::string_view value) {
  const size_t at = value.find('@');
  bool right = at != absl::string_view::npos && at > 0 && at <= 64 && value.size() <= 254;
  const absl::string_view domain = right ? value.substr(at + 1) : "";
  const size_t last_dot = domain.rfind('.');
  right = right && last_dot != absl::string_view::npos && domain.size() - last_dot > 2 && domain[0] != '.' &&
          domain[0] != '-' && !absl::StrContains(value, "..");
  for (const char c : value) {
    right &= absl::ascii_isgraph(c) && c != '(' && c != ')' && c != '<' && c != '>' && c != ',' && c != ';' &&
             c != ':' && c != '"' && c != '\\' && c != '[' && c != ']';
  }
  for (const char c : domain) right &= absl::ascii_isalnum(c) || c == '-' || c == '.';
  return right ? "" : absl::StrCat("must be an address such as name@example.org, is ", Quoted(value));
}

bool IsWebAddress(absl::string_view value) {
  absl::string_view rest = value;
  bool right = absl::ConsumePrefix(&rest, "https://") || absl::ConsumePrefix(&rest, "http://");
  const std::string authority(rest.substr(0, rest.find('/')));
  const std::string host = authority.substr(0, authority.rfind(':'));
  right = right && !host.empty() && (absl::StartsWith(value, "https://") || IsLoopback(host));
  for (const char c : value) right &= absl::ascii_isgraph(c) && c != '#' && c != '?' && c != '@' && c != '"';
  return right;
}

std::string WrongIssuer(absl::string_view value) {
  if (IsWebAddress(value)) return "";
  return absl::StrCat("must be the address of an OpenID provider as its ID tokens have it (iss), such as ",
                      "https://accounts.example.org, is ", Quoted(value));
}

std::string WrongSubject(absl::string_view value) {
  if (std::all_of(value.begin(), value.end(), [](char c) { return absl::ascii_isgraph(c); })) return "";
  return absl::StrCat("must be what the provider calls the account (sub), of letters, digits and signs, is ",
                      Quoted(value));
}

std::string WrongWebhookUrl(absl::string_view value) {
  absl::string_view rest = value;
  bool right = absl::ConsumePrefix(&rest, "https://") || absl::ConsumePrefix(&rest, "http://");
  const absl::string_view host = rest.substr(0, rest.find_first_of("/?"));
  right = right && !host.empty() && !absl::StrContains(host, "@") && host[0] != ':';
  for (const char c : value) right &= absl::ascii_isgraph(c) && c != '#' && c != '"' && c != '\\' && c != '<';
  if (right) return "";
  return absl::StrCat("must be an address such as https://example.org/ayni, without user or fragment, is ",
                      Quoted(value));
}

std::string WrongTextLanguage(absl::string_view value) {
  if (ParseTextLanguage(value).has_value()) return "";
  return absl::StrCat("must be spa, eng or quz, or left empty, is ", Quoted(value));
}

std::string WrongAgrovocId(absl::string_view value) {
  const absl::string_view id = value.substr(std::min<size_t>(2, value.size()));
  const bool right = absl::StartsWith(value, "c_") && !id.empty() && id.size() <= 12 &&
                     std::all_of(id.begin(), id.end(), absl::ascii_isalnum);
  if (right) return "";
  return absl::StrCat("must be an AGROVOC concept, as in c_304, or left empty, is ", Quoted(value));
}

std::string WrongRuc(absl::string_view value) {
  constexpr int kWeights[] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
  if (value.size() != 11 || !AllDigits(value)) {
    return absl::StrCat("must be a RUC of 11 digits, is ", Quoted(value));
  }
  const absl::string_view kind = value.substr(0, 2);
  if (kind != "10" && kind != "15" && kind != "16" && kind != "17" && kind != "20") {
    return absl::StrCat("must be a RUC that begins with 10, 15, 16, 17 or 20, is ", Quoted(value));
  }
  int sum = 0;
  for (size_t i = 0; i < std::size(kWeights); ++i) sum += (value[i] - '0') * kWeights[i];
  const int check = (11 - sum % 11) % 10;
  if (value[10] - '0' == check) return "";
  return absl::StrCat("must be a RUC whose check digit is right: the last digit of ", Quoted(value),
                      " would be ", check, "; is a digit mistyped?");
}

std::string WrongDni(absl::string_view value) {
  if (value.size() == 8 && AllDigits(value)) return "";
  return absl::StrCat("must be a DNI of 8 digits, with its leading zeros, is ", Quoted(value));
}

std::string WrongLei(absl::string_view value) {
  const auto is_upper_alnum = [](char c) { return absl::ascii_isupper(c) || absl::ascii_isdigit(c); };
  const bool right = value.size() == 20 && std::all_of(value.begin(), value.end(), is_upper_alnum) &&
                     AllDigits(value.substr(18));
  if (!right) {
    return absl::StrCat("must be an LEI of 18 upper-case letters or digits and 2 check digits, is ",
                        Quoted(value));
  }
  int remainder = 0;
  for (const char c : value) {
    const int digits = absl::ascii_isdigit(c) ? c - '0' : c - 'A' + 10;
    remainder = (remainder * (digits < 10 ? 10 : 100) + digits) % 97;
  }
  if (remainder == 1) return "";
  return absl::StrCat("must be an LEI whose check digits are right (ISO 7064), is ", Quoted(value),
                      "; is a character mistyped?");
}

std::string WrongRegisterNumber(absl::string_view value) {
  bool right = !value.empty() && value.size() <= 40;
  for (const char c : value) right &= absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '/';
  if (right) return "";
  return absl::StrCat("must be 1 to 40 letters, digits, hyphens, full stops and slashes, is ", Quoted(value));
}

}  // namespace ayni::services
