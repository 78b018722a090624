#include "services/resource/form.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace ayni::services {
namespace {

// Bytes of the UTF-8 character that text begins with; 0 where it does not begin with one.
size_t CharacterBytes(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  size_t bytes = 0;
  if (first >= 0xC2 && first <= 0xDF) bytes = 2;
  if (first >= 0xE0 && first <= 0xEF) bytes = 3;
  if (first >= 0xF0 && first <= 0xF4) bytes = 4;
  if (bytes == 0 || text.size() < bytes) return 0;
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Overlong forms, surrogates, and what lies beyond U+10FFFF.
  if (first == 0xE0 && byte(1) < 0xA0) return 0;
  if (first == 0xED && byte(1) > 0x9F) return 0;
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) > 0x8F) return 0;
  return bytes;
}

// U+0080 to U+009F, as bytes C2 80 to C2 9F.
bool IsHighControl(absl::string_view character) {
  return character.size() == 2 && character[0] == '\xC2' && static_cast<uint8_t>(character[1]) < 0xA0;
}

// What turns the direction of the text around it, U+202A to U+202E and U+2066 to U+2069, or can't be seen at
// all, U+FEFF: they make a text read as what it is not.
bool Deceives(absl::string_view character) {
  if (character == "\xEF\xBB\xBF") return true;
  if (character.size() != 3 || character[0] != '\xE2') return false;
  const auto last = static_cast<uint8_t>(character[2]);
  if (character[1] == '\x80') return last >= 0xAA && last <= 0xAE;
  return character[1] == '\x81' && last >= 0xA6 && last <= 0xA9;
}

}  // namespace

std::string Quoted(absl::string_view value) {
  constexpr size_t kCharactersMax = 60;
  std::string quoted = "\"";
  for (size_t shown = 0; !value.empty(); ++shown) {
    if (shown == kCharactersMax) return quoted + "...\"";
    const size_t bytes = CharacterBytes(value);
    if (bytes <= 1) {
      absl::StrAppend(&quoted, absl::CHexEscape(value.substr(0, 1)));
    } else {
      absl::StrAppend(&quoted, value.substr(0, bytes));
    }
    value.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return quoted + "\"";
}

int64_t CountCharacters(absl::string_view text) {
  int64_t count = 0;
  while (!text.empty()) {
    const size_t bytes = CharacterBytes(text);
    if (bytes == 0) return -1;
    text.remove_prefix(bytes);
    ++count;
  }
  return count;
}

std::string WrongText(absl::string_view value) {
  if (value.empty()) return "";
  if (absl::ascii_isspace(value.front()) || absl::ascii_isspace(value.back())) {
    return absl::StrCat("must not begin or end with a blank, is ", Quoted(value));
  }
  for (absl::string_view rest = value; !rest.empty();) {
    const size_t bytes = CharacterBytes(rest);
    if (bytes == 0) return absl::StrCat("must be UTF-8, is ", Quoted(value));
    const absl::string_view character = rest.substr(0, bytes);
    const bool is_line_or_tab = character == "\n" || character == "\t" || character == "\r";
    if ((absl::ascii_iscntrl(character[0]) && !is_line_or_tab) || IsHighControl(character)) {
      return absl::StrCat("must hold no control characters, is ", Quoted(value));
    }
    if (Deceives(character)) {
      return absl::StrCat("must hold no marks that can't be seen or that turn the text around, is ",
                          Quoted(value));
    }
    rest.remove_prefix(bytes);
  }
  return "";
}

std::string WrongSlug(absl::string_view value) {
  constexpr size_t kBytesMax = 63;
  bool right = !value.empty() && value.size() <= kBytesMax && value[0] != '-';
  for (const char c : value) right &= absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  if (right) return "";
  return absl::StrCat("must be 1 to 63 lower-case letters, digits and hyphens, first a letter or digit, is ",
                      Quoted(value));
}

}  // namespace ayni::services
