// Runs a command line in this process.
#ifndef AYNI_TESTS_SERVICES_CLI_COMMAND_LINE_H_
#define AYNI_TESTS_SERVICES_CLI_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "services/cli/failure.h"

namespace ayni::cli {

struct CommandOutcome {
  ExitCode code;
  std::string out;
  std::string err;
};

// Without a terminal, with no environment variable set. `in` is standard input.
CommandOutcome RunWords(const std::vector<std::string>& words, const std::string& in = "");

// The words of a line as a shell splits it: blanks, and single quotes around words.
std::vector<std::string> ShellWords(const std::string& line);

}  // namespace ayni::cli

#endif  // AYNI_TESTS_SERVICES_CLI_COMMAND_LINE_H_
