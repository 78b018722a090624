#include "services/resource/name_likeness.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace ayni::services {
namespace {

using Words = std::vector<std::string>;

// The plain letters of U+00C0 to U+017F.
constexpr uint32_t kLatinFirst = 0xC0;
constexpr uint32_t kLatinEnd = 0x180;
constexpr char kPlainLatin[] =
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(sizeof(kPlainLatin) == kLatinEnd - kLatinFirst + 1);

constexpr uint32_t kMarksFirst = 0x300;  // combining accents
constexpr uint32_t kMarksEnd = 0x370;
constexpr uint32_t kPunctuationFirst = 0x2000;  // blanks, dashes and quotation marks of print
constexpr uint32_t kPunctuationEnd = 0x2070;

constexpr std::array<absl::string_view, 25> kLegalForms = {
    "sac",     "saa", "sa",  "srl",  "scrl", "eirl", "ltda",        "limitada", "ltd",
    "limited", "llc", "inc", "corp", "plc",  "gmbh", "ag",          "nv",       "bv",
    "oy",      "oyj", "ab",  "sl",   "spa",  "sas",  "incorporated"};
// Longest first.
constexpr std::array<absl::string_view, 6> kLegalPhrases = {"sociedad comercial de responsabilidad limitada",
                                                            "empresa individual de responsabilidad limitada",
                                                            "sociedad de responsabilidad limitada",
                                                            "sociedad anonima cerrada",
                                                            "sociedad anonima abierta",
                                                            "sociedad anonima"};
constexpr std::array<absl::string_view, 11> kSmallWords = {"de", "del", "la",  "las", "el", "los",
                                                           "y",  "e",   "and", "the", "of"};

template <size_t kCount>
bool IsIn(const std::array<absl::string_view, kCount>& words, absl::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The code of the character at the front of UTF-8, and its bytes.
uint32_t CodeAt(absl::string_view text, size_t* bytes) {
  const auto lead = static_cast<unsigned char>(text[0]);
  *bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  *bytes = std::min(*bytes, text.size());
  uint32_t code = *bytes == 1 ? lead : lead & (0xFF >> (*bytes + 1));
  for (size_t i = 1; i < *bytes; ++i) code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  return code;
}

// Lower case without accents, blanks between words.
std::string Plain(absl::string_view name) {
  std::string plain;
  while (!name.empty()) {
    size_t bytes = 1;
    const uint32_t code = CodeAt(name, &bytes);
    if (code < 0x80) {
      const char c = name[0];
      if (absl::ascii_isalnum(c))
        plain += absl::ascii_tolower(c);
      else if (c != '.' && c != '\'')
        plain += ' ';
    } else if (code >= kLatinFirst && code < kLatinEnd) {
      plain += kPlainLatin[code - kLatinFirst];
    } else if (code < kLatinFirst || (code >= kPunctuationFirst && code < kPunctuationEnd)) {
      plain += ' ';
    } else if (code < kMarksFirst || code >= kMarksEnd) {
      plain.append(name.data(), bytes);
    }
    name.remove_prefix(bytes);
  }
  return plain;
}

Words Split(absl::string_view text) { return absl::StrSplit(text, ' ', absl::SkipEmpty()); }

// S A C is sac.
Words WithLettersJoined(const Words& words) {
  Words joined;
  bool in_letters = false;
  for (const std::string& word : words) {
    const bool is_letter = word.size() == 1;
    if (is_letter && in_letters) {
      joined.back() += word;
    } else {
      joined.push_back(word);
    }
    in_letters = is_letter;
  }
  return joined;
}

bool BeginsWith(const Words& words, size_t at, const Words& phrase) {
  return at + phrase.size() <= words.size() &&
         std::equal(phrase.begin(), phrase.end(), words.begin() + static_cast<std::ptrdiff_t>(at));
}

Words WithoutForms(const Words& words) {
  static const auto* const phrases = [] {
    auto* made = new std::vector<Words>;
    for (const absl::string_view phrase : kLegalPhrases) made->push_back(Split(phrase));
    return made;
  }();
  Words kept;
  for (size_t i = 0; i < words.size();) {
    const auto phrase = std::find_if(phrases->begin(), phrases->end(),
                                     [&](const Words& each) { return BeginsWith(words, i, each); });
    if (phrase != phrases->end()) {
      i += phrase->size();
      continue;
    }
    if (!IsIn(kLegalForms, words[i]) && !IsIn(kSmallWords, words[i])) kept.push_back(words[i]);
    ++i;
  }
  return kept;
}

}  // namespace

std::string NormalName(absl::string_view name) {
  const Words words = WithLettersJoined(Split(Plain(name)));
  Words kept = WithoutForms(words);
  if (kept.empty()) kept = words;
  std::sort(kept.begin(), kept.end());
  std::string normal;
  for (const std::string& word : kept) {
    if (normal.size() + 1 + word.size() > kNormalNameBytesMax) break;
    if (!normal.empty()) normal += ' ';
    normal += word;
  }
  return normal;
}

std::vector<std::string> NormalWords(absl::string_view normal) {
  Words words = Split(normal);
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

namespace {

// Words by which names of a series differ.
Words MarksOf(absl::string_view normal) {
  Words marks = Split(normal);
  marks.erase(std::remove_if(marks.begin(), marks.end(),
                             [](const std::string& word) {
                               return word.size() > 1 &&
                                      !std::all_of(word.begin(), word.end(), absl::ascii_isdigit);
                             }),
              marks.end());
  return marks;
}

}  // namespace

int LikenessPerMille(absl::string_view a, absl::string_view b, int least) {
  if (a.size() < b.size()) std::swap(a, b);
  if (a.empty()) return 1000;
  const auto likeness = [&](size_t distance) {
    return 1000 - static_cast<int>((1000 * distance + a.size() - 1) / a.size());
  };
  if (likeness(a.size() - b.size()) < least) return 0;
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    size_t smallest = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
      smallest = std::min(smallest, row[j]);
    }
    // No later row has less.
    if (likeness(smallest) < least) return 0;
  }
  const int result = likeness(row.back());
  return result < least || MarksOf(a) != MarksOf(b) ? 0 : result;
}

}  // namespace ayni::services
