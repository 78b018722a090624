// `policy diff`, `policy apply`, `policy history` and `policy export`.
#ifndef AYNI_SERVICES_CLI_POLICY_COMMANDS_H_
#define AYNI_SERVICES_CLI_POLICY_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/policy.pb.h"
#include "services/cli/commands.h"
#include "services/cli/connection.h"

namespace ayni::cli {

std::vector<Command> PolicyCommands();

// Of a command beside those made of methods, with the flags of the connection and the general ones.
Command APolicyCommand(const std::string& verb, const std::string& summary, RunFunction run,
                       const std::string& example);

// Makes the draft; of an empty id the server makes one. `validate_only`: checks, and makes nothing.
absl::StatusOr<v1::Policy> CreateDraft(const v1::Policy& policy, const std::string& id, bool validate_only,
                                       Connection* connection);
// What is to be typed next.
std::string NextSteps(const v1::Policy& draft);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_POLICY_COMMANDS_H_
