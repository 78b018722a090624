#include "services/cli/run.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/commands.h"
#include "services/cli/completion.h"
#include "services/cli/help.h"
#include "services/cli/nearest.h"
#include "services/cli/wrap.h"

namespace ayni::cli {
namespace {

bool IsHelp(const std::string& word) { return word == "--help" || word == "-h" || word == "help"; }

int HelpWidth(const Environment& environment) {
  return environment.out_width > 0 ? std::max(environment.out_width, 40) : kTextWidth;
}

ExitCode WrongUsage(const std::string& message, const std::string& help, Environment* environment) {
  environment->err << "ayni: " << message << "\n  " << help << " --help\n";
  return kUsage;
}

ExitCode Tell(const absl::Status& status, const Command& command, Environment* environment) {
  const ExitCode code = ExitCodeOf(status);
  const std::string red = environment->colour && environment->err_is_terminal ? "\033[31m" : "";
  const std::string plain = red.empty() ? "" : "\033[0m";
  const std::vector<std::string> lines = FailureLines(status);
  environment->err << red << "ayni: " << lines.front() << plain << "\n";
  for (size_t i = 1; i < lines.size(); ++i) environment->err << lines[i] << "\n";
  if (code == kUsage) {
    environment->err << "  ayni " << command.noun << (command.verb.empty() ? "" : " ") << command.verb
                     << " --help\n";
  }
  return code;
}

ExitCode RunCommand(const Command& command, const std::vector<std::string>& words, Environment* environment) {
  const absl::StatusOr<Arguments> arguments = Arguments::Parse(command.grammar, words);
  if (!arguments.ok()) return Tell(arguments.status(), command, environment);
  if (arguments->Has("help")) {
    environment->out << CommandHelp(command, HelpWidth(*environment));
    return kDone;
  }
  const absl::StatusOr<ExitCode> code = command.run({command, *arguments, *environment});
  return code.ok() ? *code : Tell(code.status(), command, environment);
}

}  // namespace

ExitCode Run(const std::vector<std::string>& words, Environment* environment) {
  if (words.empty() || (IsHelp(words[0]) && words.size() == 1)) {
    (words.empty() ? environment->err : environment->out) << ProgramHelp(HelpWidth(*environment));
    return words.empty() ? kUsage : kDone;
  }
  if (words.size() > 1 && words[0] == "completion" && words[1] == "words") {
    environment->out << CompletionAnswer({words.begin() + 2, words.end()});
    return kDone;
  }
  if (words[0] == "help") {
    std::vector<std::string> asked(words.begin() + 1, words.end());
    asked.push_back("--help");
    return Run(asked, environment);
  }
  const std::string noun = words[0] == "--version" ? "version" : SingularNoun(words[0]);
  if (const Command* command = FindCommand(noun, "")) {
    return RunCommand(*command, {words.begin() + 1, words.end()}, environment);
  }
  if (Verbs(noun).empty()) {
    return WrongUsage(absl::StrCat("there is no noun '", words[0], "'", DidYouMean(words[0], Nouns())),
                      "ayni", environment);
  }
  if (words.size() < 2 || IsHelp(words[1])) {
    (words.size() < 2 ? environment->err : environment->out) << NounHelp(noun, HelpWidth(*environment));
    return words.size() < 2 ? kUsage : kDone;
  }
  const Command* command = FindCommand(noun, words[1]);
  if (command == nullptr) {
    return WrongUsage(
        absl::StrCat("there is no '", noun, " ", words[1], "'", DidYouMean(words[1], Verbs(noun)),
                     " Verbs are: ", absl::StrJoin(Verbs(noun), ", ")),
        "ayni " + noun, environment);
  }
  return RunCommand(*command, {words.begin() + 2, words.end()}, environment);
}

}  // namespace ayni::cli
