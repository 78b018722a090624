// ledger export and verify: the ledger as files that anyone checks with nothing but its public key; and what
// a witness does.
#ifndef AYNI_SERVICES_CLI_LEDGER_COMMANDS_H_
#define AYNI_SERVICES_CLI_LEDGER_COMMANDS_H_

#include <vector>

#include "services/cli/commands.h"

namespace ayni::cli {

std::vector<Command> LedgerCommands();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_LEDGER_COMMANDS_H_
