// `ayni token create`: the secret is shown once, or goes into a file that only its owner may read.
#ifndef AYNI_SERVICES_CLI_TOKEN_CREATE_H_
#define AYNI_SERVICES_CLI_TOKEN_CREATE_H_

#include "services/cli/commands.h"

namespace ayni::cli {

absl::StatusOr<ExitCode> RunTokenCreate(const Invocation& invocation);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_TOKEN_CREATE_H_
