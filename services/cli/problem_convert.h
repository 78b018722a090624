// `ayni problem convert`: a problem in its other form.
#ifndef AYNI_SERVICES_CLI_PROBLEM_CONVERT_H_
#define AYNI_SERVICES_CLI_PROBLEM_CONVERT_H_

#include "services/cli/commands.h"

namespace ayni::cli {

Command ProblemConvertCommand();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_PROBLEM_CONVERT_H_
