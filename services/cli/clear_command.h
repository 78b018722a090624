// `ayni clear`: clears a problem in a file here, with no server.
#ifndef AYNI_SERVICES_CLI_CLEAR_COMMAND_H_
#define AYNI_SERVICES_CLI_CLEAR_COMMAND_H_

#include "services/cli/commands.h"

namespace ayni::cli {

// Writes the solution, then says on `err` how good it is. Ctrl-C or the time limit end it with the best that
// it found. Progress is shown on a terminal only.
Command ClearCommand();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_CLEAR_COMMAND_H_
