// A text with one of its lines changed.
#ifndef AYNI_TESTS_MATCHER_WITH_LINE_H_
#define AYNI_TESTS_MATCHER_WITH_LINE_H_

#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace ayni::matcher {

// `replacement` stands in place of the line, counted from 1. REQUIRES: there is one.
inline std::string WithLine(const std::string& text, int line, const std::string& replacement) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  lines[line - 1] = replacement;
  return absl::StrJoin(lines, "\n");
}

}  // namespace ayni::matcher

#endif  // AYNI_TESTS_MATCHER_WITH_LINE_H_
