// ayni credential export and verify.
#ifndef AYNI_SERVICES_CLI_CREDENTIAL_COMMANDS_H_
#define AYNI_SERVICES_CLI_CREDENTIAL_COMMANDS_H_

#include <vector>

#include "services/cli/commands.h"

namespace ayni::cli {

// `method_commands` are those from the API.
std::vector<Command> CredentialCommands(const std::vector<Command>& method_commands);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_CREDENTIAL_COMMANDS_H_
