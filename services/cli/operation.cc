#include "services/cli/operation.h"

#include <grpcpp/support/status.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "ayni/v1/round_service.pb.h"
#include "services/cli/failure.h"
#include "services/cli/method_run.h"
#include "services/cli/progress.h"

namespace ayni::cli {
namespace {

constexpr absl::Duration kFirstLook = absl::Milliseconds(50);
constexpr absl::Duration kLookEvery = absl::Seconds(1);

const char* PhaseText(v1::RoundProgress::Phase phase) {
  switch (phase) {
    case v1::RoundProgress::PHASE_MARKET:
      return "finding candidates";
    case v1::RoundProgress::PHASE_CLEAR:
      return "clearing";
    case v1::RoundProgress::PHASE_VERIFY:
      return "verifying";
    case v1::RoundProgress::PHASE_COMMIT:
      return "storing";
    case v1::RoundProgress::PHASE_DONE:
      return "done";
    default:
      return "waiting";
  }
}

absl::Status ErrorOf(const google::longrunning::Operation& operation) {
  if (!operation.has_error()) return absl::OkStatus();
  const auto& error = operation.error();
  return FromServer(
      grpc::Status(static_cast<grpc::StatusCode>(error.code()), error.message(), error.SerializeAsString()),
      "");
}

}  // namespace

absl::Status Await(google::longrunning::Operation* operation, Connection* connection,
                   Environment* environment) {
  const auto& method = FindMethod("google.longrunning.Operations.GetOperation");
  if (environment->err_is_terminal && !operation->done()) {
    environment->err << operation->name()
                     << " goes on when this is interrupted; stop it with: ayni operation cancel "
                     << operation->name() << "\n";
  }
  Progress progress(environment);
  absl::Duration pause = kFirstLook;
  while (!operation->done()) {
    progress.Show(ProgressText(operation->metadata()));
    absl::SleepFor(pause);
    pause = std::min(pause * 2, kLookEvery);
    google::longrunning::GetOperationRequest request;
    request.set_name(operation->name());
    const absl::Status called = connection->Call(method, &request, operation);
    if (!called.ok()) return called;
  }
  return ErrorOf(*operation);
}

std::string ProgressText(const google::protobuf::Any& metadata) {
  v1::RoundProgress progress;
  if (!metadata.UnpackTo(&progress)) return "";
  std::string text;
  if (progress.clearing_count() > 0)
    absl::StrAppend(&text, progress.clearing_number(), " of ", progress.clearing_count(), ": ");
  text += PhaseText(progress.phase());
  if (progress.candidate_count() > 0) absl::StrAppend(&text, ", ", progress.candidate_count(), " candidates");
  if (progress.smallest_share_upper_bound_ppm() > 0) {
    absl::StrAppendFormat(&text, ", smallest share %.2f %% of at most %.2f %%",
                          static_cast<double>(progress.smallest_share_ppm()) / 1e4,
                          static_cast<double>(progress.smallest_share_upper_bound_ppm()) / 1e4);
  }
  if (progress.upper_bound() > 0) {
    const double gap = static_cast<double>(progress.upper_bound() - progress.value()) /
                       static_cast<double>(progress.upper_bound());
    absl::StrAppendFormat(&text, ", gap %.2f %%", 100 * gap);
  }
  return text;
}

}  // namespace ayni::cli
