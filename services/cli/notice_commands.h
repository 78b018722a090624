// `ayni need notice` and `ayni match notice`: what to tell a person without a smartphone, as one short
// message and as a page to print.
#ifndef AYNI_SERVICES_CLI_NOTICE_COMMANDS_H_
#define AYNI_SERVICES_CLI_NOTICE_COMMANDS_H_

#include <vector>

#include "services/cli/commands.h"

namespace ayni::cli {

std::vector<Command> NoticeCommands();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_NOTICE_COMMANDS_H_
