// `change list`: what changed since a token, which may be kept in a file from one run to the next.
#ifndef AYNI_SERVICES_CLI_CHANGE_LIST_H_
#define AYNI_SERVICES_CLI_CHANGE_LIST_H_

#include "absl/status/statusor.h"
#include "services/cli/commands.h"

namespace ayni::cli {

// The flag that names the file.
Flag KeepFlag();

absl::StatusOr<ExitCode> RunChangeList(const Invocation& invocation);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_CHANGE_LIST_H_
