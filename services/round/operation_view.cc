#include "services/round/operation_view.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/errors.h"
#include "services/resource/resource_type.h"
#include "services/round/round_request.h"

namespace ayni::services {
namespace {

using google::longrunning::Operation;

constexpr absl::string_view kOperations = "operations/";
constexpr absl::string_view kPolicyTrials = "policyTrials/";

void SetError(const absl::Status& status, Operation* operation) {
  operation->set_done(true);
  operation->mutable_error()->set_code(static_cast<int>(status.code()));
  operation->mutable_error()->set_message(std::string(status.message()));
  for (google::protobuf::Any& detail : DetailsOf(status)) {
    *operation->mutable_error()->add_details() = std::move(detail);
  }
}

void SetResponse(const google::protobuf::Message& response, Operation* operation) {
  operation->set_done(true);
  operation->mutable_response()->PackFrom(response);
}

// What the record alone says. False where it says nothing.
bool FillFromRecord(const v1::Round& round, Operation* operation) {
  v1::RoundProgress progress;
  progress.set_round(round.name());
  switch (round.state()) {
    case v1::Round::STATE_PUBLISHED:
    case v1::Round::STATE_UNDONE:
      progress.set_phase(v1::RoundProgress::PHASE_DONE);
      progress.set_value(round.summary().value());
      progress.set_upper_bound(round.summary().upper_bound());
      progress.set_candidate_count(round.summary().candidate_count());
      SetResponse(round, operation);
      break;
    case v1::Round::STATE_CLEARING:
      break;
    default: {
      if (round.failure().empty()) return false;
      absl::Status failure = absl::AbortedError(round.failure());
      AttachErrorInfo("ROUND_FAILED", {{"resource", round.name()}}, &failure);
      SetError(failure, operation);
    }
  }
  operation->mutable_metadata()->PackFrom(progress);
  return true;
}

}  // namespace

std::string OperationName(absl::string_view subject) {
  return absl::StrCat(kOperations, IsPolicyTrial(subject) ? subject : LastId(subject));
}

std::string SubjectOfOperation(absl::string_view operation) {
  if (!absl::ConsumePrefix(&operation, kOperations)) return "";
  const absl::string_view collection =
      absl::ConsumePrefix(&operation, kPolicyTrials) ? kPolicyTrials : "rounds/";
  return IsResourceId(operation) ? absl::StrCat(collection, operation) : "";
}

std::string PolicyTrialName(absl::string_view id) { return absl::StrCat(kPolicyTrials, id); }

bool IsPolicyTrial(absl::string_view subject) { return absl::StartsWith(subject, kPolicyTrials); }

Operation OperationOf(const std::string& trial, const Attempt& attempt) {
  Operation operation;
  operation.set_name(OperationName(trial));
  operation.mutable_metadata()->PackFrom(attempt.progress);
  if (!attempt.done) return operation;
  if (attempt.error.ok()) {
    SetResponse(*attempt.tried, &operation);
  } else {
    SetError(attempt.error, &operation);
  }
  return operation;
}

std::optional<Operation> OperationOf(const v1::Round& round, const std::optional<Attempt>& attempt) {
  Operation operation;
  operation.set_name(OperationName(round.name()));
  if (!attempt.has_value() || (attempt->done && attempt->publishes && WasPublished(round))) {
    if (!FillFromRecord(round, &operation)) return std::nullopt;
    return operation;
  }
  operation.mutable_metadata()->PackFrom(attempt->progress);
  if (!attempt->done) return operation;
  if (!attempt->error.ok()) {
    SetError(attempt->error, &operation);
  } else if (attempt->publishes) {
    SetResponse(round, &operation);
  } else {
    SetResponse(*attempt->tried, &operation);
  }
  return operation;
}

}  // namespace ayni::services
