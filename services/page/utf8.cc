#include "services/page/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace ayni::page {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";
constexpr char kEllipsis[] = "\xE2\x80\xA6";
constexpr uint32_t kInvalid = 0xFFFFFFFF;

struct Character {
  uint32_t code;  // kInvalid for a byte that is part of no character
  size_t size;
};

Character Decode(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {kInvalid, 1};
  uint32_t code = lead & (0xFF >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {kInvalid, 1};
    code = code << 6 | (byte(i) & 0x3F);
  }
  constexpr std::array<uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kLeast[size] || code > 0x10FFFF || surrogate) return {kInvalid, 1};
  return {code, size};
}

using Ranges = std::pair<uint32_t, uint32_t>;

template <size_t kCount>
bool In(const std::array<Ranges, kCount>& ranges, uint32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Ranges& range) { return range.first <= code && code <= range.second; });
}

// Marks that join the letter before them, and joiners. Those of the scripts in which names of this market are
// written.
constexpr std::array<Ranges, 7> kWithoutWidth = {{{0x0300, 0x036F},
                                                  {0x0483, 0x0489},
                                                  {0x1AB0, 0x1AFF},
                                                  {0x1DC0, 0x1DFF},
                                                  {0x200B, 0x200D},
                                                  {0x20D0, 0x20FF},
                                                  {0xFE00, 0xFE2F}}};
// East Asian wide characters and emoji.
constexpr std::array<Ranges, 8> kWide = {{{0x1100, 0x115F},
                                          {0x2E80, 0x303E},
                                          {0x3041, 0xA4CF},
                                          {0xAC00, 0xD7A3},
                                          {0xF900, 0xFAFF},
                                          {0xFF00, 0xFF60},
                                          {0x1F300, 0x1FAFF},
                                          {0x20000, 0x3FFFD}}};
constexpr std::array<Ranges, 4> kHarmful = {
    {{0x0000, 0x001F}, {0x007F, 0x009F}, {0x202A, 0x202E}, {0x2066, 0x2069}}};

int Width(uint32_t code) { return In(kWithoutWidth, code) ? 0 : In(kWide, code) ? 2 : 1; }

}  // namespace

size_t FirstInvalidUtf8(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const Character character = Decode(text.substr(i));
    if (character.code == kInvalid) return i;
    i += character.size;
  }
  return absl::string_view::npos;
}

int DisplayWidth(absl::string_view text) {
  int width = 0;
  for (size_t i = 0; i < text.size();) {
    const Character character = Decode(text.substr(i));
    width += Width(character.code);
    i += character.size;
  }
  return width;
}

std::string Truncated(const std::string& text, int width) {
  if (DisplayWidth(text) <= width) return text;
  int taken = 0;
  size_t end = 0;
  while (end < text.size()) {
    const Character character = Decode(absl::string_view(text).substr(end));
    if (taken + Width(character.code) > width - 1) break;
    taken += Width(character.code);
    end += character.size;
  }
  return text.substr(0, end) + kEllipsis;
}

std::string Printable(absl::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size();) {
    const Character character = Decode(text.substr(i));
    if (character.code == '\n' || character.code == '\t') {
      result += ' ';
    } else if (character.code == kInvalid || In(kHarmful, character.code)) {
      result += kReplacement;
    } else {
      result.append(text.data() + i, character.size);
    }
    i += character.size;
  }
  return result;
}

}  // namespace ayni::page
