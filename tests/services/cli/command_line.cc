#include "tests/services/cli/command_line.h"

#include <sstream>

#include "services/cli/run.h"

namespace ayni::cli {

CommandOutcome RunWords(const std::vector<std::string>& words, const std::string& standard_input) {
  std::istringstream in(standard_input);
  std::ostringstream out;
  std::ostringstream err;
  Environment environment{in, out, err, 0, false, false, [](const std::string&) { return std::string(); }};
  const ExitCode code = Run(words, &environment);
  return {code, out.str(), err.str()};
}

std::vector<std::string> ShellWords(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool begun = false;
  for (char c : line) {
    if (c == '\'') {
      quoted = !quoted;
      begun = true;
    } else if (c == ' ' && !quoted) {
      if (begun) words.push_back(word);
      word.clear();
      begun = false;
    } else {
      word += c;
      begun = true;
    }
  }
  if (begun) words.push_back(word);
  return words;
}

}  // namespace ayni::cli
