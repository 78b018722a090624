// `ayni simulate`: years of a market under a policy with and without its limits, with no server.
#ifndef AYNI_SERVICES_CLI_SIMULATE_COMMAND_H_
#define AYNI_SERVICES_CLI_SIMULATE_COMMAND_H_

#include "services/cli/commands.h"

namespace ayni::cli {

Command SimulateCommand();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_SIMULATE_COMMAND_H_
