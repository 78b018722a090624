// Waiting for a long-running operation.
#ifndef AYNI_SERVICES_CLI_OPERATION_H_
#define AYNI_SERVICES_CLI_OPERATION_H_

#include "absl/status/status.h"
#include "google/longrunning/operations.pb.h"
#include "services/cli/connection.h"
#include "services/cli/environment.h"

namespace ayni::cli {

// Looks at the operation until it is done, and shows its progress. The operation goes on
// without its watcher. A failure of the operation itself is as FromServer has it.
absl::Status Await(google::longrunning::Operation* operation, Connection* connection,
                   Environment* environment);

// As in "clearing, 120000 candidates, gap 0.31 %". Empty where the metadata are not a RoundProgress.
std::string ProgressText(const google::protobuf::Any& metadata);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_OPERATION_H_
