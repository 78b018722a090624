#include "services/credential/base58.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/invariant.h"

namespace ayni::services {
namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr int kBase = 58;
constexpr int kByte = 256;

// The digits of a number in another base, the last first, without zeros before it.
std::vector<int> Convert(const std::vector<int>& digits, int from, int to) {
  std::vector<int> converted;
  for (const int digit : digits) {
    int carry = digit;
    for (int& each : converted) {
      carry += each * from;
      each = carry % to;
      carry /= to;
    }
    for (; carry > 0; carry /= to) converted.push_back(carry % to);
  }
  return converted;
}

}  // namespace

std::string Base58(std::string_view bytes) {
  INVARIANT(bytes.size() <= kBase58BytesMax, absl::StrCat(bytes.size(), " bytes"));
  std::vector<int> digits;
  for (const char byte : bytes) digits.push_back(static_cast<unsigned char>(byte));
  // A zero byte before all others is a digit of its own: else it would be lost.
  const size_t zeros =
      std::find_if(bytes.begin(), bytes.end(), [](char byte) { return byte != 0; }) - bytes.begin();
  std::string text(zeros, kAlphabet[0]);
  const std::vector<int> converted = Convert(digits, kByte, kBase);
  for (auto digit = converted.rbegin(); digit != converted.rend(); ++digit) text += kAlphabet[*digit];
  return text;
}

std::optional<std::string> FromBase58(std::string_view text) {
  if (text.size() > 2 * kBase58BytesMax) return std::nullopt;
  std::vector<int> digits;
  for (const char letter : text) {
    const size_t digit = kAlphabet.find(letter);
    if (digit == std::string_view::npos) return std::nullopt;
    digits.push_back(static_cast<int>(digit));
  }
  const size_t zeros = std::min(text.find_first_not_of(kAlphabet[0]), text.size());
  std::string bytes(zeros, '\0');
  const std::vector<int> converted = Convert(digits, kBase, kByte);
  for (auto byte = converted.rbegin(); byte != converted.rend(); ++byte) bytes += static_cast<char>(*byte);
  return bytes;
}

}  // namespace ayni::services
