#include "services/query.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/text_view.h"

namespace ayni::services {
namespace {

bool Unescaped(absl::string_view text, std::string* plain) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+') {
      *plain += ' ';
    } else if (text[at] != '%') {
      *plain += text[at];
    } else {
      if (at + 2 >= text.size() || !absl::ascii_isxdigit(text[at + 1]) || !absl::ascii_isxdigit(text[at + 2]))
        return false;
      *plain += absl::HexStringToBytes(text.substr(at + 1, 2));
      at += 2;
    }
  }
  return true;
}

}  // namespace

bool ReadQuery(std::string_view query, std::map<std::string, std::string>* fields) {
  for (const absl::string_view each : absl::StrSplit(Absl(query), '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(each, absl::MaxSplits('=', 1));
    std::string name;
    std::string value;
    if (!Unescaped(parts.first, &name) || !Unescaped(parts.second, &value)) return false;
    (*fields)[name] = value;
  }
  return true;
}

std::string QueryEscaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_' || c == '~') {
      escaped += c;
    } else {
      absl::StrAppend(&escaped, "%", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
  }
  return escaped;
}

}  // namespace ayni::services
