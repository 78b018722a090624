#include "services/cli/wrap.h"

#include "absl/strings/str_split.h"
#include "services/page/utf8.h"

namespace ayni::cli {

using page::DisplayWidth;

std::string Wrapped(const std::string& text, int indent, int width) {
  const std::string margin(indent, ' ');
  std::string lines;
  int used = 0;
  for (absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    const int wide = DisplayWidth(word);
    if (used > 0 && used + 1 + wide > width) {
      lines += "\n";
      used = 0;
    }
    lines += used == 0 ? margin : " ";
    used += used == 0 ? indent : 1;
    lines.append(word.data(), word.size());
    used += wide;
  }
  return lines.empty() ? "" : lines + "\n";
}

}  // namespace ayni::cli
