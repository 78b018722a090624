#include "services/money_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace ayni::services {
namespace {

// Currencies whose minor unit is not a hundredth.
constexpr std::array kWithoutMinorUnit = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                          "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::array kOfThousandths = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};

constexpr size_t kWholeDigitsMax = 15;

bool AllDigits(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

absl::Status NotMoney(const std::string& text) {
  return absl::InvalidArgumentError(
      absl::StrCat("must be an amount and its currency as in 12.50 PEN, is '", text, "'"));
}

}  // namespace

int MinorDigits(const std::string& currency) {
  const auto is_currency = [&](const char* code) { return currency == code; };
  if (std::any_of(kWithoutMinorUnit.begin(), kWithoutMinorUnit.end(), is_currency)) return 0;
  if (std::any_of(kOfThousandths.begin(), kOfThousandths.end(), is_currency)) return 3;
  return 2;
}

std::string MoneyText(const v1::Money& money) {
  if (money.currency().empty() && money.minor_units() == 0) return "";
  const size_t digits = MinorDigits(money.currency());
  const bool negative = money.minor_units() < 0;
  // Not the negation of the number, which its least value does not have.
  std::string amount = absl::StrCat(money.minor_units()).substr(negative ? 1 : 0);
  if (amount.size() <= digits) amount.insert(0, digits + 1 - amount.size(), '0');
  if (digits > 0) amount.insert(amount.size() - digits, ".");
  return absl::StrCat(negative ? "-" : "", amount, " ", money.currency());
}

absl::StatusOr<v1::Money> ParseMoney(const std::string& text) {
  // Spreadsheets put a blank that does not break, wide or narrow, between an amount and its currency.
  const std::string blanks = absl::StrReplaceAll(text, {{"\u00A0", " "}, {"\u202F", " "}});
  const std::vector<std::string> words = absl::StrSplit(blanks, ' ', absl::SkipEmpty());
  if (words.size() != 2) return NotMoney(text);
  v1::Money money;
  money.set_currency(absl::AsciiStrToUpper(words[1]));
  if (money.currency().size() != 3 ||
      !std::all_of(money.currency().begin(), money.currency().end(), absl::ascii_isupper)) {
    return NotMoney(text);
  }
  const bool negative = words[0].front() == '-';
  const std::vector<std::string> parts =
      absl::StrSplit(words[0].substr(negative ? 1 : 0), absl::ByAnyChar(".,"));
  if (parts.size() > 2 || !AllDigits(parts[0]) || parts[0].size() > kWholeDigitsMax) return NotMoney(text);
  if (parts.size() == 2 && !AllDigits(parts[1])) return NotMoney(text);
  std::string fraction = parts.size() == 2 ? parts[1] : "";
  const size_t digits = MinorDigits(money.currency());
  if (fraction.size() > digits) {
    return absl::InvalidArgumentError(
        absl::StrCat("must have at most ", digits, " decimals and no thousands separator, is '", text, "'"));
  }
  fraction.append(digits - fraction.size(), '0');
  int64_t minor_units = 0;
  if (!absl::SimpleAtoi(parts[0] + fraction, &minor_units)) return NotMoney(text);
  money.set_minor_units(negative ? -minor_units : minor_units);
  return money;
}

}  // namespace ayni::services
