// One command line from its words to its exit code.
#ifndef AYNI_SERVICES_CLI_RUN_H_
#define AYNI_SERVICES_CLI_RUN_H_

#include <string>
#include <vector>

#include "services/cli/environment.h"
#include "services/cli/failure.h"

namespace ayni::cli {

// `words` without the program's own name. Results go to `out`, all else to `err`.
ExitCode Run(const std::vector<std::string>& words, Environment* environment);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_RUN_H_
