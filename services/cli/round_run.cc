#include "services/cli/round_run.h"

#include <algorithm>

#include "ayni/v1/round_service.pb.h"
#include "services/cli/method_run.h"
#include "services/cli/operation.h"
#include "services/cli/output.h"
#include "services/cli/round_report.h"
#include "services/invariant.h"

namespace ayni::cli {
namespace {

absl::StatusOr<ExitCode> Report(const RoundReport& report, const Invocation& invocation,
                                Connection* connection) {
  const absl::StatusOr<OutputForm> form = ReadOutputForm(invocation.arguments);
  if (!form.ok()) return form.status();
  if (*form != OutputForm::kTable) {
    const absl::Status printed = PrintMessage(report.round, invocation.arguments, &invocation.environment);
    return printed.ok() ? absl::StatusOr<ExitCode>(kDone) : printed;
  }
  const TableStyle style = {invocation.environment.out_width, invocation.environment.colour};
  invocation.environment.out << RoundReportText(report, NamingBy(connection), style);
  return kDone;
}

absl::StatusOr<ExitCode> ReportOn(const std::string& round, const Invocation& invocation,
                                  Connection* connection) {
  const absl::StatusOr<RoundReport> report = ReadRoundReport(round, connection);
  if (!report.ok()) return report.status();
  return Report(*report, invocation, connection);
}

// Prints what an operation that ended well has brought.
absl::StatusOr<ExitCode> PrintResult(const google::longrunning::Operation& operation,
                                     const Invocation& invocation, Connection* connection) {
  v1::Round round;
  if (operation.response().UnpackTo(&round)) return ReportOn(round.name(), invocation, connection);
  v1::TryRoundResponse trial;
  if (!operation.response().UnpackTo(&trial)) {
    const absl::Status printed = PrintMessage(operation, invocation.arguments, &invocation.environment);
    return printed.ok() ? absl::StatusOr<ExitCode>(kDone) : printed;
  }
  const absl::StatusOr<OutputForm> form = ReadOutputForm(invocation.arguments);
  if (form.ok() && *form != OutputForm::kTable) {
    const absl::Status printed = PrintMessage(trial, invocation.arguments, &invocation.environment);
    return printed.ok() ? absl::StatusOr<ExitCode>(kDone) : printed;
  }
  v1::RoundProgress progress;
  operation.metadata().UnpackTo(&progress);
  RoundReport report;
  report.trial = true;
  report.round.set_name(progress.round());
  *report.round.mutable_summary() = trial.summary();
  report.segments.assign(trial.segment_reports().begin(), trial.segment_reports().end());
  report.matches.assign(trial.matches().begin(), trial.matches().end());
  return Report(report, invocation, connection);
}

absl::StatusOr<ExitCode> AwaitAndPrint(google::longrunning::Operation* operation,
                                       const Invocation& invocation, Connection* connection) {
  const absl::Status awaited = Await(operation, connection, &invocation.environment);
  if (!awaited.ok()) return awaited;
  return PrintResult(*operation, invocation, connection);
}

// Both are called with the grammar of CreateRound and of GetRound.
absl::StatusOr<ExitCode> RunRoundRun(const Invocation& invocation) {
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const absl::StatusOr<MessagePointer> request = BuildRequest(invocation, connection->get());
  if (!request.ok()) return request.status();
  v1::Round round;
  const absl::Status created =
      (*connection)->Call(FindMethod("ayni.v1.RoundService.CreateRound"), request->get(), &round);
  if (!created.ok()) return created;
  if (invocation.arguments.Has("validate-only")) {
    invocation.environment.err << "checked; nothing was changed\n";
    return kDone;
  }
  v1::PublishRoundRequest publish;
  publish.set_name(round.name());
  google::longrunning::Operation operation;
  const absl::Status started =
      (*connection)->Call(FindMethod("ayni.v1.RoundService.PublishRound"), &publish, &operation);
  const absl::StatusOr<ExitCode> code =
      started.ok() ? AwaitAndPrint(&operation, invocation, connection->get()) : started;
  if (!code.ok()) {
    invocation.environment.err << round.name() << " was made and is still there: see ayni round get "
                               << round.name() << "\n";
  }
  return code;
}

absl::StatusOr<ExitCode> RunRoundShow(const Invocation& invocation) {
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const absl::StatusOr<MessagePointer> request = BuildRequest(invocation, connection->get());
  if (!request.ok()) return request.status();
  return ReportOn(static_cast<const v1::GetRoundRequest&>(**request).name(), invocation, connection->get());
}

Command Wrapping(const std::vector<Command>& commands, const std::string& verb) {
  const auto found = std::find_if(commands.begin(), commands.end(), [&](const Command& command) {
    return command.noun == "round" && command.verb == verb;
  });
  INVARIANT(found != commands.end(), verb);
  return *found;
}

}  // namespace

std::vector<Command> RoundCommands(const std::vector<Command>& method_commands) {
  Command run = Wrapping(method_commands, "create");
  run.verb = "run";
  run.summary = "Makes a round, clears the market, publishes the matches, and reports what came of it.";
  run.example = "ayni round run --id 2026-12 --note 'December campaign'";
  run.run = RunRoundRun;
  Command show = Wrapping(method_commands, "get");
  show.verb = "show";
  show.summary = "Reports on a round: needs served, shares in the most concentrated segments, first matches.";
  show.example = "ayni round show 2026-12";
  show.run = RunRoundShow;
  return {run, show};
}

absl::StatusOr<ExitCode> RunRoundOperation(const Invocation& invocation) {
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const absl::StatusOr<MessagePointer> request = BuildRequest(invocation, connection->get());
  if (!request.ok()) return request.status();
  google::longrunning::Operation operation;
  const absl::Status started = (*connection)->Call(*invocation.command.method, request->get(), &operation);
  if (!started.ok()) return started;
  return AwaitAndPrint(&operation, invocation, connection->get());
}

absl::StatusOr<ExitCode> RunOperationWait(const Invocation& invocation) {
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const absl::StatusOr<MessagePointer> request = BuildRequest(invocation, connection->get());
  if (!request.ok()) return request.status();
  google::longrunning::GetOperationRequest get;
  get.set_name(static_cast<const google::longrunning::WaitOperationRequest&>(**request).name());
  google::longrunning::Operation operation;
  const absl::Status got =
      (*connection)->Call(FindMethod("google.longrunning.Operations.GetOperation"), &get, &operation);
  if (!got.ok()) return got;
  return AwaitAndPrint(&operation, invocation, connection->get());
}

}  // namespace ayni::cli
