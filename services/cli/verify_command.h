// `ayni verify`: checks a solution in a file here, with no server and nothing of the solver.
#ifndef AYNI_SERVICES_CLI_VERIFY_COMMAND_H_
#define AYNI_SERVICES_CLI_VERIFY_COMMAND_H_

#include "services/cli/commands.h"

namespace ayni::cli {

// kSolutionRefused, with the line that is wrong, where the solution breaks a constraint or is not worth what
// it states, or its prices do not prove the bound that it states.
Command VerifyCommand();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_VERIFY_COMMAND_H_
