// `policy try` and `policy sweep`: what a policy would do, before it does it.
#ifndef AYNI_SERVICES_CLI_POLICY_TRY_H_
#define AYNI_SERVICES_CLI_POLICY_TRY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/cli/commands.h"

namespace ayni::cli {

std::vector<Command> PolicyTrialCommands();

// Hundredths of a per cent of fractions: 0.1:0.5:0.2 is 0.1, 0.3 and 0.5; 0.1,0.25 these two.
absl::StatusOr<std::vector<int32_t>> ParseShares(const std::string& text);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_POLICY_TRY_H_
