#include "services/cli/problem_convert.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/cli/problem_file.h"

namespace ayni::cli {
namespace {

absl::StatusOr<ExitCode> RunProblemConvert(const Invocation& invocation) {
  const std::string form = invocation.arguments.Value("form");
  if (!form.empty() && form != "text" && form != "binary") {
    return absl::InvalidArgumentError(absl::StrCat("--form must be text or binary, is '", form, "'"));
  }
  const absl::StatusOr<ProblemFile> file = ReadProblem(invocation.arguments.Word(0), &invocation.environment);
  if (!file.ok()) return file.status();
  const bool to_text = form.empty() ? file->form == ProblemForm::kBinary : form == "text";
  const absl::Status written =
      WriteProblem(file->problem, file->groups, to_text ? ProblemForm::kText : ProblemForm::kBinary,
                   invocation.arguments.Word(1), &invocation.environment);
  if (!written.ok()) return written;
  return kDone;
}

}  // namespace

Command ProblemConvertCommand() {
  Command command;
  command.noun = "problem";
  command.verb = "convert";
  command.summary =
      "Writes a problem in its other form, text for binary and binary for text, or in the one asked for. "
      "Rows are put in order: one problem has one text.";
  command.grammar.positionals = {{"IN", "file of the problem; - for standard input"},
                                 {"OUT", "file to write; - for standard output"}};
  command.grammar.flags = {{"form", "text|binary", "the form to write", {"text", "binary"}}};
  for (const Flag& flag : GeneralFlags()) command.grammar.flags.push_back(flag);
  command.example = "ayni problem convert market.ayni market.ayni-binary";
  command.run = RunProblemConvert;
  return command;
}

}  // namespace ayni::cli
