#include "services/cli/help.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/cli/api.h"
#include "services/cli/connection.h"
#include "services/cli/message_path.h"
#include "services/cli/method_command.h"
#include "services/cli/output.h"
#include "services/cli/wrap.h"

namespace ayni::cli {
namespace {

using google::protobuf::FieldDescriptor;

constexpr int kIndent = 2;
constexpr int kTextIndent = 6;

std::string Usage(const Command& command) {
  std::string line = absl::StrCat("ayni ", command.noun, command.verb.empty() ? "" : " ", command.verb);
  for (const Positional& positional : command.grammar.positionals) {
    absl::StrAppend(&line, positional.required ? " " : " [", positional.name, positional.repeats ? "..." : "",
                    positional.required ? "" : "]");
  }
  for (const Flag& flag : command.grammar.flags) {
    if (flag.required) absl::StrAppend(&line, " --", flag.name, " ", flag.value_form);
  }
  return line + " [flags]";
}

std::string FlagText(const Flag& flag, int width) {
  const std::string value = flag.value_form.empty() ? "" : " " + flag.value_form;
  const std::string letter = flag.letter == 0 ? "" : absl::StrCat("-", std::string(1, flag.letter), ", ");
  return absl::StrCat("  ", letter, "--", flag.name, value, flag.required ? " (required)" : "", "\n",
                      Wrapped(flag.help, kTextIndent, width));
}

// One of several parts of which at most one may be given.
std::string ChoiceText(const FieldDescriptor& field) {
  const auto* oneof = field.real_containing_oneof();
  if (oneof == nullptr) return "";
  std::vector<std::string> others;
  for (int i = 0; i < oneof->field_count(); ++i) {
    if (oneof->field(i) != &field) others.push_back(oneof->field(i)->name());
  }
  return absl::StrCat("not with ", absl::StrJoin(others, " or "));
}

// What must be given, and with what: nothing must in an update, and a part that may be left out needs its
// fields only where it is there.
std::string NecessityText(const Command& command, const std::string& path) {
  std::vector<std::string> texts;
  const google::protobuf::Descriptor* holder = command.grammar.fields;
  std::string optional_part;
  std::string prefix;
  for (absl::string_view name : absl::StrSplit(path, '.')) {
    const FieldDescriptor& field = *holder->FindFieldByName(std::string(name));
    absl::StrAppend(&prefix, prefix.empty() ? "" : ".", name);
    const std::string choice = ChoiceText(field);
    if (!choice.empty()) texts.push_back(choice);
    const bool required = BehaviourOf(field).required;
    if (prefix == path && required && !NameInBody(command)) {
      texts.insert(texts.begin(),
                   optional_part.empty() ? "required" : absl::StrCat("required with ", optional_part));
    }
    if (!required) optional_part = prefix;
    holder = field.message_type();
  }
  return texts.empty() ? "" : absl::StrCat(" (", absl::StrJoin(texts, "; "), ")");
}

std::string FieldFlagsText(const Command& command, int width) {
  if (command.grammar.fields == nullptr) return "";
  std::string text = absl::StrCat("\nFields (`ayni explain ", command.noun, "` says what they mean)\n");
  for (const std::string& name : FieldFlags(*command.grammar.fields)) {
    const auto path = MessagePath::Parse(*command.grammar.fields, name);
    const FieldDescriptor& field = path->leaf();
    absl::StrAppend(&text, "  --", name, " ", IsSwitch(field) ? "[yes|no]" : ValueForm(field),
                    path->repeated() ? ", ..." : "", NecessityText(command, name), "\n");
  }
  text += Wrapped(
      "Values of a list: the flag again, or commas with no blank after them. An entry of a map: "
      "--local_names.quz NAME. An element of a list of parts: --limits.1.id ID.",
      kIndent, width);
  return text;
}

bool IsShared(const Flag& flag) {
  for (const auto& flags : {OutputFlags(), ConnectionFlags(), GeneralFlags()}) {
    for (const Flag& shared : flags) {
      if (shared.name == flag.name) return true;
    }
  }
  return false;
}

// What it is about, short of the details.
std::string Beginning(const std::string& text) { return text.substr(0, text.find_first_of(".:")); }

}  // namespace

std::string ProgramHelp(int width) {
  std::string text =
      "ayni: the marketplace between producers who ask for technical assistance and those who provide it\n\n"
      "Usage: ayni NOUN VERB [words] [flags]\n\nNouns\n";
  for (const std::string& noun : Nouns()) {
    const std::vector<std::string> verbs = Verbs(noun);
    const std::string padding(std::max<size_t>(14, noun.size() + 2) - noun.size(), ' ');
    const std::string what =
        verbs.front().empty() ? Beginning(FindCommand(noun, "")->summary) : absl::StrJoin(verbs, ", ");
    absl::StrAppend(&text, "  ", noun, padding, what, "\n");
  }
  text +=
      "\nExamples\n"
      "  ayni market import sample/\n"
      "  ayni round run\n"
      "  ayni need create --help\n"
      "  ayni explain need\n"
      "  ayni clear market.ayni -o solution.ayni && ayni verify market.ayni solution.ayni\n"
      "  source <(ayni completion bash)\n"
      "\nConnection\n";
  for (const Flag& flag : ConnectionFlags()) text += FlagText(flag, width);
  text += "\nExit codes\n";
  for (const std::string& line : ExitCodeTexts()) absl::StrAppend(&text, "  ", line, "\n");
  return text;
}

std::string NounHelp(const std::string& noun, int width) {
  std::string text = absl::StrCat("Usage: ayni ", noun, " VERB [words] [flags]\n\nVerbs\n");
  std::string example;
  for (const std::string& verb : Verbs(noun)) {
    const Command& command = *FindCommand(noun, verb);
    absl::StrAppend(&text, "  ", verb, "\n", Wrapped(command.summary, kTextIndent, width));
    if (example.empty()) example = command.example;
  }
  return absl::StrCat(text, "\nExample\n  ", example, "\n\n`ayni ", noun, " VERB --help` says more.\n");
}

std::string CommandHelp(const Command& command, int width) {
  std::string text = absl::StrCat(Wrapped(command.summary, 0, width), "\nUsage: ", Usage(command),
                                  "\n\nExample\n  ", command.example, "\n");
  if (!command.grammar.positionals.empty()) text += "\nWords\n";
  for (const Positional& positional : command.grammar.positionals) {
    absl::StrAppend(&text, "  ", positional.name, "\n", Wrapped(positional.help, kTextIndent, width));
  }
  text += FieldFlagsText(command, width);
  text += "\nFlags\n";
  for (const Flag& flag : command.grammar.flags) {
    if (!IsShared(flag)) text += FlagText(flag, width);
  }
  std::vector<std::string> shared;
  for (const Flag& flag : command.grammar.flags) {
    if (!IsShared(flag)) continue;
    shared.push_back(absl::StrCat("--", flag.name, flag.value_form.empty() ? "" : " ", flag.value_form));
  }
  absl::StrAppend(&text, Wrapped(absl::StrJoin(shared, ", ") + " (see `ayni --help`)", kIndent, width));
  return text;
}

}  // namespace ayni::cli
