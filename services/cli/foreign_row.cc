#include "services/cli/foreign_row.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace ayni::cli {
namespace {

constexpr size_t kIdBytes = 16;
constexpr int kAliasesMax = 20;
constexpr char kEllipsis[] = "\xE2\x80\xA6";

google::type::Date ToDate(const absl::CivilDay& day) {
  google::type::Date date;
  date.set_year(static_cast<int>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

absl::CivilDay ToDay(const google::type::Date& date) {
  return absl::CivilDay(date.year(), date.month(), date.day());
}

// So many digits at the place; nullopt where they are none.
std::optional<int> Digits(absl::string_view text, size_t at, size_t count) {
  int value = 0;
  if (text.size() < at + count || !AllDigits(text.substr(at, count))) return std::nullopt;
  if (!absl::SimpleAtoi(text.substr(at, count), &value)) return std::nullopt;
  return value;
}

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::string ForeignName(absl::string_view collection, absl::string_view prefix,
                        std::initializer_list<absl::string_view> parts) {
  std::string text;
  for (const absl::string_view part : parts) absl::StrAppend(&text, part.size(), ":", part, "\n");
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  const std::string bytes(digest.begin(), digest.begin() + kIdBytes);
  return absl::StrCat(collection, "/", prefix, "-", absl::BytesToHexString(bytes));
}

std::string TidyText(absl::string_view text, size_t characters_max) {
  std::string tidy;
  bool blank = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7F) {
      blank = !tidy.empty();
      continue;
    }
    if (blank) tidy += ' ';
    blank = false;
    tidy += c;
  }
  const auto is_first = [](char c) { return !IsContinuation(c); };
  auto characters = static_cast<size_t>(std::count_if(tidy.begin(), tidy.end(), is_first));
  if (characters <= characters_max) return tidy;
  while (characters >= characters_max) {
    if (is_first(tidy.back())) --characters;
    tidy.pop_back();
  }
  absl::StripTrailingAsciiWhitespace(&tidy);
  return tidy + kEllipsis;
}

std::optional<google::type::Date> ReadDay(absl::string_view text) {
  if (text.size() > 10 && text[10] != 'T' && text[10] != ' ') return std::nullopt;
  const std::optional<int> year = Digits(text, 0, 4);
  const std::optional<int> month = Digits(text, 5, 2);
  const std::optional<int> day = Digits(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-' || *year == 0) return std::nullopt;
  const absl::CivilDay civil(*year, *month, *day);
  if (civil.month() != *month || civil.day() != *day) return std::nullopt;
  return ToDate(civil);
}

std::optional<google::type::Date> ReadFirstDay(absl::string_view text) {
  if (text.size() == 4) return ReadDay(absl::StrCat(text, "-01-01"));
  if (text.size() == 7) return ReadDay(absl::StrCat(text, "-01"));
  return ReadDay(text);
}

std::optional<google::type::Date> ReadLastDay(absl::string_view text) {
  const std::optional<google::type::Date> first = ReadFirstDay(text);
  if (!first || text.size() > 7) return first;
  const absl::CivilDay day = ToDay(*first);
  if (text.size() == 4) return ToDate(absl::CivilDay(absl::CivilYear(day) + 1) - 1);
  return ToDate(absl::CivilDay(absl::CivilMonth(day) + 1) - 1);
}

google::type::Date DayBefore(const google::type::Date& day) { return ToDate(ToDay(day) - 1); }

int CompareDays(const google::type::Date& a, const google::type::Date& b) {
  return ToDay(a) < ToDay(b) ? -1 : ToDay(a) > ToDay(b) ? 1 : 0;
}

int ToBasisPoints(double percentage) {
  const int rounded = static_cast<int>(std::lround(percentage * 100));
  return rounded == 0 && percentage > 0 ? 1 : rounded;
}

void AddForeignAlias(const std::string& text, v1::Party* party) {
  const std::string alias = TidyText(text);
  const auto& aliases = party->aliases();
  const bool stands = alias.empty() || alias == party->display_name() ||
                      std::find(aliases.begin(), aliases.end(), alias) != aliases.end();
  if (!stands && party->aliases_size() < kAliasesMax) party->add_aliases(alias);
}

std::string BareNumber(absl::string_view value) {
  std::string bare;
  for (const char c : value) {
    if (!absl::ascii_isspace(c) && c != '-') bare += absl::ascii_toupper(c);
  }
  return bare;
}

void AddForeignIdentifier(v1::IdentifierScheme scheme, absl::string_view value, v1::Party* party) {
  const std::string number = BareNumber(value);
  for (const v1::Identifier& each : party->identifiers()) {
    if (each.scheme() == scheme && each.value() == number) return;
  }
  v1::Identifier* identifier = party->add_identifiers();
  identifier->set_scheme(scheme);
  identifier->set_value(number);
}

bool AllDigits(absl::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return absl::ascii_isdigit(c); });
}

}  // namespace ayni::cli
