// Rounds as people run them: to the end, with progress on a terminal, and a report of what came of it.
#ifndef AYNI_SERVICES_CLI_ROUND_RUN_H_
#define AYNI_SERVICES_CLI_ROUND_RUN_H_

#include <vector>

#include "services/cli/commands.h"

namespace ayni::cli {

// `round run`, which makes a round and publishes it, and `round show`, which reports on one.
std::vector<Command> RoundCommands(const std::vector<Command>& method_commands);

// `round try` and `round publish`: starts the operation and waits for its end.
absl::StatusOr<ExitCode> RunRoundOperation(const Invocation& invocation);
// `operation wait`.
absl::StatusOr<ExitCode> RunOperationWait(const Invocation& invocation);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_ROUND_RUN_H_
