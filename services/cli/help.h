// Help, made from the commands.
#ifndef AYNI_SERVICES_CLI_HELP_H_
#define AYNI_SERVICES_CLI_HELP_H_

#include <string>

#include "services/cli/commands.h"

namespace ayni::cli {

// Of the whole program: its nouns, how to begin, what exit codes mean.
std::string ProgramHelp(int width);
// Of a noun: its verbs. REQUIRES: there is one.
std::string NounHelp(const std::string& noun, int width);
// Of a command: its words and flags, with an example.
std::string CommandHelp(const Command& command, int width);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_HELP_H_
