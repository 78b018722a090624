// `ayni policy activate`: shown first, and made active as it was looked at.
#ifndef AYNI_SERVICES_CLI_POLICY_ACTIVATE_H_
#define AYNI_SERVICES_CLI_POLICY_ACTIVATE_H_

#include "services/cli/commands.h"

namespace ayni::cli {

Command PolicyActivateCommand();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_POLICY_ACTIVATE_H_
