// `policy edit`: a policy in the person's own editor, until it is right.
#ifndef AYNI_SERVICES_CLI_POLICY_EDIT_H_
#define AYNI_SERVICES_CLI_POLICY_EDIT_H_

#include "services/cli/commands.h"

namespace ayni::cli {

Command PolicyEditCommand();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_POLICY_EDIT_H_
