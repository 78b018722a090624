#include "services/cli/completion.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/cli/explain.h"
#include "services/cli/message_path.h"
#include "services/cli/parts_text.h"
#include "services/cli/value_text.h"

namespace ayni::cli {
namespace {

using google::protobuf::FieldDescriptor;

constexpr char kBashScript[] = R"(# Completion of ayni in bash. Use: source <(ayni completion bash)
_ayni() {
  mapfile -t COMPREPLY < <("$1" completion words "$COMP_CWORD" "${COMP_WORDS[@]}" 2>/dev/null)
}
complete -o bashdefault -o default -F _ayni ayni
)";

std::vector<std::string> Beginning(const std::string& prefix, const std::vector<std::string>& words) {
  std::vector<std::string> fitting;
  for (const std::string& word : words) {
    if (absl::StartsWith(word, prefix)) fitting.push_back(word);
  }
  return fitting;
}

// The command of the words, and where its own arguments begin; null where there is none.
const Command* CommandOf(const std::vector<std::string>& words, size_t* arguments_begin) {
  if (const Command* command = FindCommand(words[1], "")) {
    *arguments_begin = 2;
    return command;
  }
  *arguments_begin = 3;
  return words.size() > 2 ? FindCommand(words[1], words[2]) : nullptr;
}

std::vector<std::string> FlagWords(const Grammar& grammar) {
  std::vector<std::string> words;
  if (grammar.fields != nullptr) {
    for (const std::string& path : FieldFlags(*grammar.fields)) words.push_back("--" + path);
  }
  for (const Flag& flag : grammar.flags) words.push_back("--" + flag.name);
  return words;
}

std::vector<std::string> ValueWords(const Grammar& grammar, const std::string& flag_name) {
  if (const Flag* flag = FindFlag(grammar, flag_name))
    return flag->element == nullptr ? flag->choices : PartNames(*flag->element);
  if (grammar.fields == nullptr) return {};
  const absl::StatusOr<MessagePath> path = ParseFieldFlag(*grammar.fields, flag_name);
  if (!path.ok()) return {};
  if (path->leaf().cpp_type() == FieldDescriptor::CPPTYPE_ENUM)
    return EnumeratorTexts(*path->leaf().enum_type());
  return {};
}

bool TakesValue(const Grammar& grammar, const std::string& flag_name) {
  if (const Flag* flag = FindFlag(grammar, flag_name)) return !flag->value_form.empty();
  if (grammar.fields == nullptr) return false;
  const absl::StatusOr<MessagePath> path = ParseFieldFlag(*grammar.fields, flag_name);
  return path.ok() && !IsSwitch(path->leaf());
}

// Within a value of fields: of --payment payer=FUNDER,amount=1 bash makes the words --payment, payer, =,
// FUNDER,amount, = and 1. `before` is the one before the equals sign.
std::vector<std::string> PartWords(const Grammar& grammar, const std::vector<std::string>& words,
                                   size_t index, const std::string& before, const std::string& current) {
  while (index > 0 && !absl::StartsWith(words[index - 1], "--")) --index;
  const Flag* flag = index == 0 ? nullptr : FindFlag(grammar, words[index - 1].substr(2));
  if (flag == nullptr || flag->element == nullptr) return {};
  const size_t comma = current.rfind(',');
  if (comma == std::string::npos)
    return Beginning(current, PartValues(*flag->element, before.substr(before.rfind(',') + 1)));
  std::vector<std::string> next;
  for (const std::string& name : PartNames(*flag->element))
    next.push_back(current.substr(0, comma + 1) + name);
  return Beginning(current, next);
}

absl::StatusOr<ExitCode> RunCompletion(const Invocation& invocation) {
  if (invocation.arguments.Word(0) != "bash") {
    return absl::InvalidArgumentError(
        absl::StrCat("the only shell is bash, is '", invocation.arguments.Word(0), "'"));
  }
  invocation.environment.out << kBashScript;
  return kDone;
}

}  // namespace

Command CompletionCommand() {
  Command command;
  command.noun = "completion";
  command.summary = "Prints what bash needs to complete nouns, verbs, flags and values.";
  command.grammar.positionals = {{"SHELL", "bash", true}};
  command.grammar.flags = GeneralFlags();
  command.example = "source <(ayni completion bash)";
  command.run = RunCompletion;
  return command;
}

std::vector<std::string> Completions(const std::vector<std::string>& words, size_t index) {
  index = std::min(index, words.size());
  const std::string current = index < words.size() ? words[index] : "";
  if (index <= 1) return Beginning(current, Nouns());
  size_t arguments_begin = 0;
  if (index == 2 && FindCommand(words[1], "") == nullptr)
    return Beginning(current, Verbs(SingularNoun(words[1])));
  const Command* command = CommandOf(words, &arguments_begin);
  if (command == nullptr) return {};
  const Grammar& grammar = command->grammar;
  // Bash takes --output=json for three words.
  const bool after_equals = index >= 3 && words[index - 1] == "=";
  const std::string value_prefix = current == "=" ? "" : current;
  const std::string before = words[after_equals ? index - 2 : index - 1];
  if ((after_equals || current == "=") && !absl::StartsWith(before, "--"))
    return PartWords(grammar, words, index, before, value_prefix);
  if (absl::StartsWith(before, "--") &&
      (after_equals || current == "=" || TakesValue(grammar, before.substr(2)))) {
    return Beginning(value_prefix, ValueWords(grammar, before.substr(2)));
  }
  if (absl::StartsWith(current, "-")) return Beginning(current, FlagWords(grammar));
  if (command->noun == "explain") return Beginning(current, ExplainedNouns());
  if (command->noun == "completion") return Beginning(current, {"bash"});
  return {};
}

std::string CompletionAnswer(const std::vector<std::string>& arguments) {
  size_t index = 0;
  if (arguments.size() < 2 || !absl::SimpleAtoi(arguments[0], &index)) return "";
  std::string answer;
  for (const std::string& word : Completions({arguments.begin() + 1, arguments.end()}, index))
    answer += word + "\n";
  return answer;
}

}  // namespace ayni::cli
