#include "services/cli/arguments.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/cli/api.h"
#include "services/cli/message_path.h"
#include "services/cli/nearest.h"
#include "services/page/utf8.h"

namespace ayni::cli {
namespace {

using page::FirstInvalidUtf8;

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::vector<std::string> FlagNames(const Grammar& grammar) {
  std::vector<std::string> names;
  for (const Flag& flag : grammar.flags) names.push_back(flag.name);
  if (grammar.fields != nullptr) {
    for (const std::string& path : FieldFlags(*grammar.fields)) names.push_back(path);
  }
  return names;
}

const Flag* FindLetter(const Grammar& grammar, char letter) {
  const auto found = std::find_if(grammar.flags.begin(), grammar.flags.end(),
                                  [&](const Flag& flag) { return flag.letter == letter; });
  return found == grammar.flags.end() ? nullptr : &*found;
}

absl::Status UnknownFlag(const Grammar& grammar, const std::string& name) {
  return absl::InvalidArgumentError(
      absl::StrCat("unknown flag --", name, DidYouMean(name, FlagNames(grammar))));
}

void AddFieldFlags(const Descriptor& message, const std::string& prefix, std::vector<std::string>* flags) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const Behaviour behaviour = BehaviourOf(field);
    if (behaviour.output_only || behaviour.identifier || field.name() == "etag") continue;
    if (HasText(field)) {
      flags->push_back(prefix + field.name());
    } else if (!field.is_repeated()) {
      AddFieldFlags(*field.message_type(), prefix + field.name() + ".", flags);
    }
  }
}

}  // namespace

absl::StatusOr<Arguments> Arguments::Parse(const Grammar& grammar, const std::vector<std::string>& words) {
  Arguments arguments;
  bool flags_ended = false;
  for (size_t next = 0; next < words.size();) {
    const std::string& word = words[next];
    if (!flags_ended && word == "--") {
      flags_ended = true;
      ++next;
    } else if (!flags_ended && absl::StartsWith(word, "--")) {
      const absl::Status taken = arguments.Take(grammar, word.substr(2), words, &++next);
      if (!taken.ok()) return taken;
    } else if (!flags_ended && word == "-h") {
      arguments.flags_.emplace_back("help", "yes");
      ++next;
    } else if (!flags_ended && word.size() == 2 && word[0] == '-' &&
               FindLetter(grammar, word[1]) != nullptr) {
      const absl::Status taken = arguments.Take(grammar, FindLetter(grammar, word[1])->name, words, &++next);
      if (!taken.ok()) return taken;
    } else if (!flags_ended && word.size() > 1 && word[0] == '-') {
      return absl::InvalidArgumentError(
          absl::StrCat("unknown flag ", word, ": flags begin with two hyphens"));
    } else if (arguments.words_.size() >= grammar.positionals.size() &&
               (grammar.positionals.empty() || !grammar.positionals.back().repeats)) {
      return absl::InvalidArgumentError(absl::StrCat("unexpected word '", word, "'"));
    } else {
      arguments.words_.push_back(word);
      ++next;
    }
  }
  if (!arguments.Has("help")) {
    const absl::Status complete = arguments.CheckComplete(grammar);
    if (!complete.ok()) return complete;
  }
  return arguments;
}

absl::Status Arguments::Take(const Grammar& grammar, const std::string& given,
                             const std::vector<std::string>& words, size_t* next) {
  std::string name = given;
  const size_t equals = name.find('=');
  const bool attached = equals != std::string::npos;
  std::string value = attached ? name.substr(equals + 1) : "";
  name.resize(std::min(name.size(), equals));

  const Flag* flag = FindFlag(grammar, name);
  bool needs_value = flag != nullptr && !flag->value_form.empty();
  if (flag == nullptr) {
    if (grammar.fields == nullptr) return UnknownFlag(grammar, name);
    const absl::StatusOr<MessagePath> path = ParseFieldFlag(*grammar.fields, name);
    if (!path.ok()) return UnknownFlag(grammar, name);
    name = path->text();
    if (path->output_only()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", name, " is filled by the server and can't be given"));
    }
    needs_value = !IsSwitch(path->leaf());
  }
  if (needs_value && !attached) {
    if (*next == words.size()) return absl::InvalidArgumentError(absl::StrCat("--", name, " needs a value"));
    value = words[(*next)++];
  } else if (!needs_value && !attached) {
    const bool said = *next < words.size() && (words[*next] == "yes" || words[*next] == "no");
    value = said ? words[(*next)++] : "yes";
  }
  // A path of a file is bytes.
  if ((flag == nullptr || !flag->names_file) && FirstInvalidUtf8(value) != absl::string_view::npos) {
    return absl::InvalidArgumentError(absl::StrCat("--", name, " is not in UTF-8"));
  }
  if (flag == nullptr) {
    fields_.push_back({name, value});
    return absl::OkStatus();
  }
  if (Has(name) && flag->element == nullptr)
    return absl::InvalidArgumentError(absl::StrCat("--", name, " is given twice"));
  if (!needs_value && value != "yes" && value != "no") {
    return absl::InvalidArgumentError(absl::StrCat("--", name, " takes no value but yes and no"));
  }
  if (needs_value || value == "yes") flags_.emplace_back(name, value);
  return absl::OkStatus();
}

absl::Status Arguments::CheckComplete(const Grammar& grammar) const {
  for (size_t i = words_.size(); i < grammar.positionals.size(); ++i) {
    if (!grammar.positionals[i].required) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(grammar.positionals[i].name, " is missing: ", grammar.positionals[i].help));
  }
  for (const Flag& flag : grammar.flags) {
    if (flag.required && !Has(flag.name)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", flag.name, " ", flag.value_form, " is missing: ", flag.help));
    }
  }
  return absl::OkStatus();
}

bool Arguments::Has(const std::string& flag) const {
  return std::any_of(flags_.begin(), flags_.end(), [&](const auto& given) { return given.first == flag; });
}

std::string Arguments::Value(const std::string& flag) const {
  const auto found =
      std::find_if(flags_.begin(), flags_.end(), [&](const auto& given) { return given.first == flag; });
  return found == flags_.end() ? "" : found->second;
}

std::vector<std::string> Arguments::Values(const std::string& flag) const {
  std::vector<std::string> values;
  for (const auto& given : flags_) {
    if (given.first == flag) values.push_back(given.second);
  }
  return values;
}

const Flag* FindFlag(const Grammar& grammar, const std::string& name) {
  const auto found = std::find_if(grammar.flags.begin(), grammar.flags.end(),
                                  [&](const Flag& flag) { return flag.name == name; });
  return found == grammar.flags.end() ? nullptr : &*found;
}

bool IsSwitch(const FieldDescriptor& field) {
  if (field.is_map()) return false;
  return field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL ||
         (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
          (!HasText(field) || field.message_type()->field_count() == 0));
}

absl::StatusOr<MessagePath> ParseFieldFlag(const Descriptor& message, const std::string& name) {
  const absl::StatusOr<MessagePath> path = MessagePath::Parse(message, name);
  return path.ok() ? path : MessagePath::Parse(message, absl::StrReplaceAll(name, {{"-", "_"}}));
}

std::vector<std::string> FieldFlags(const Descriptor& message) {
  std::vector<std::string> flags;
  AddFieldFlags(message, "", &flags);
  return flags;
}

}  // namespace ayni::cli
