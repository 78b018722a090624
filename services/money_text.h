// Money as people write it: 12.50 PEN.
#ifndef AYNI_SERVICES_MONEY_TEXT_H_
#define AYNI_SERVICES_MONEY_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "ayni/v1/money.pb.h"

namespace ayni::services {

// Digits after the decimal point of a currency, ISO 4217: 2 for most and for codes not known.
int MinorDigits(const std::string& currency);

// As in 12.50 PEN, with the currency's digits. Empty where both the currency and the amount are.
std::string MoneyText(const v1::Money& money);

// Takes a decimal point or comma, and no thousands separator: 1.250 PEN is refused rather than guessed.
absl::StatusOr<v1::Money> ParseMoney(const std::string& text);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MONEY_TEXT_H_
