#include "services/cli/verify_command.h"

#include "matcher/stated_solution.h"
#include "services/cli/file_parts.h"
#include "services/cli/problem_file.h"

namespace ayni::cli {
namespace {

absl::StatusOr<ExitCode> RunVerify(const Invocation& invocation) {
  const std::string problem_path = invocation.arguments.Word(0), solution_path = invocation.arguments.Word(1);
  if (problem_path == kStandard && solution_path == kStandard) {
    return absl::InvalidArgumentError("PROBLEM and SOLUTION can't both be standard input");
  }
  const absl::StatusOr<ProblemFile> file = ReadProblem(problem_path, &invocation.environment);
  if (!file.ok()) return file.status();
  const absl::StatusOr<matcher::StatedSolution> stated =
      ReadSolution(*file, solution_path, &invocation.environment);
  if (!stated.ok()) return stated.status();
  const absl::StatusOr<matcher::Certificate> certificate =
      matcher::VerifyStated(file->problem, file->groups, *stated);
  if (!certificate.ok()) {
    const std::string why(OfFile(solution_path, certificate.status()).message());
    invocation.environment.err << "ayni: refused: " << why << "\n";
    return kSolutionRefused;
  }
  invocation.environment.out << "verified: " << CertificateText(*certificate) << "\n";
  if (stated->minimum_line > 0)
    invocation.environment.out << "verified: " << MinimumText(stated->minimum) << "\n";
  return kDone;
}

}  // namespace

Command VerifyCommand() {
  Command command;
  command.noun = "verify";
  command.summary =
      "Checks a solution of a problem, in files here: that it keeps every constraint, that it is worth what "
      "it states, and that its prices prove the bound that it states. Says which line is wrong. Shares no "
      "code with what clears.";
  command.grammar.positionals = {
      {"PROBLEM", "file of the problem, in text or binary form; - for standard input"},
      {"SOLUTION", "file of the solution, as clear writes it; - for standard input"}};
  command.grammar.flags = GeneralFlags();
  command.example = "ayni verify market.ayni solution.ayni";
  command.run = RunVerify;
  return command;
}

}  // namespace ayni::cli
