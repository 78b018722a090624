// An operation on a round, google.longrunning.Operation, as a view: of the round's record, and, while the
// server runs, of the attempt that it last made. Nothing is stored twice.
#ifndef AYNI_SERVICES_ROUND_OPERATION_VIEW_H_
#define AYNI_SERVICES_ROUND_OPERATION_VIEW_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "ayni/v1/round.pb.h"
#include "ayni/v1/round_service.pb.h"
#include "google/longrunning/operations.pb.h"

namespace ayni::services {

// operations/{round} of rounds/{round}, and back; empty where it is no such name.
std::string OperationName(absl::string_view round);
std::string RoundOfOperation(absl::string_view operation);

// An attempt to try or publish a round, as it stands.
struct Attempt {
  bool publishes = false;
  v1::RoundProgress progress;
  bool done = false;
  // Once done: why it failed, or OK.
  absl::Status error;
  // Once done, of one that only tried.
  v1::TryRoundResponse tried;
};

// nullopt where the round has no operation: a draft of which nothing was attempted, or nothing that is
// remembered. Without an attempt the record speaks: a round being cleared is under way, a published or undone
// one is done, and a draft with a failure failed.
std::optional<google::longrunning::Operation> OperationOf(const v1::Round& round,
                                                          const std::optional<Attempt>& attempt);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_OPERATION_VIEW_H_
