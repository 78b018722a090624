// `ayni fairness report`: a table, a sheet, JSON, or a page that stands alone.
#ifndef AYNI_SERVICES_CLI_FAIRNESS_COMMAND_H_
#define AYNI_SERVICES_CLI_FAIRNESS_COMMAND_H_

#include "services/cli/commands.h"

namespace ayni::cli {

Command FairnessReportCommand();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_FAIRNESS_COMMAND_H_
