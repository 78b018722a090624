// Completion in bash. The script asks this program for the words that fit, so that it never lags behind the
// API.
#ifndef AYNI_SERVICES_CLI_COMPLETION_H_
#define AYNI_SERVICES_CLI_COMPLETION_H_

#include <string>
#include <vector>

#include "services/cli/commands.h"

namespace ayni::cli {

Command CompletionCommand();

// What the word numbered `index` may become; words[0] is the program. None where anything may follow, or a
// file.
std::vector<std::string> Completions(const std::vector<std::string>& words, size_t index);

// Answers the script: the arguments are `index` and the words. One completion a line.
std::string CompletionAnswer(const std::vector<std::string>& arguments);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_COMPLETION_H_
