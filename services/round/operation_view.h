// An operation, google.longrunning.Operation, as a view: of a round's record, and, while the server runs, of
// the attempt that it last made; of a trial of policies, of the attempt alone. Nothing is stored twice.
#ifndef AYNI_SERVICES_ROUND_OPERATION_VIEW_H_
#define AYNI_SERVICES_ROUND_OPERATION_VIEW_H_

#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "ayni/v1/round.pb.h"
#include "ayni/v1/round_service.pb.h"
#include "google/longrunning/operations.pb.h"

namespace ayni::services {

// What an attempt is on, as the desk and its operation call it: operations/{round} is of rounds/{round}, and
// operations/policyTrials/{trial} of policyTrials/{trial}. Back, it is empty where it is no such name.
std::string OperationName(absl::string_view subject);
std::string SubjectOfOperation(absl::string_view operation);
std::string PolicyTrialName(absl::string_view id);
bool IsPolicyTrial(absl::string_view subject);

// An attempt to try or publish a round, or to try policies, as it stands.
struct Attempt {
  bool publishes = false;
  v1::RoundProgress progress;
  bool done = false;
  // Once done: why it failed, or OK.
  absl::Status error;
  // Once done, of one that only tried: what it answers.
  std::shared_ptr<const google::protobuf::Message> tried;
};

// Of a trial of policies.
google::longrunning::Operation OperationOf(const std::string& trial, const Attempt& attempt);

// nullopt where the round has no operation: a draft of which nothing was attempted, or nothing that is
// remembered. Without an attempt the record speaks: a round being cleared is under way, a published or undone
// one is done, and a draft with a failure failed.
std::optional<google::longrunning::Operation> OperationOf(const v1::Round& round,
                                                          const std::optional<Attempt>& attempt);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_OPERATION_VIEW_H_
