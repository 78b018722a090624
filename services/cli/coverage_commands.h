// `ayni coverage gaps` and `ayni coverage stress`: where choice lacks, and what falls with money that ends.
#ifndef AYNI_SERVICES_CLI_COVERAGE_COMMANDS_H_
#define AYNI_SERVICES_CLI_COVERAGE_COMMANDS_H_

#include "services/cli/commands.h"

namespace ayni::cli {

Command CoverageGapsCommand();
Command CoverageStressCommand();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_COVERAGE_COMMANDS_H_
