#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/cli/method_command.h"
#include "services/cli/value_text.h"

namespace ayni::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

struct Sample {
  const char* name;
  const char* value;
};

// By the name of a pattern's variable or of a field.
constexpr Sample kSamples[] = {
    {"cooperative", "coop-ayaviri"},
    {"credential", "quispe-kamayoq"},
    {"deliverable", "'Sheared fleeces, sorted and weighed'"},
    {"display_name", "'Cooperativa Ñahui'"},
    {"family", "shearing"},
    {"immediate_benefit", "'Fibre of even length, sold at once'"},
    {"languages", "quz,spa"},
    {"ledger_entry", "0"},
    {"need", "n17"},
    {"offer", "o3"},
    {"operation", "2026-12"},
    {"party", "coop-ayaviri"},
    {"policy", "2026-a"},
    {"principal", "maria"},
    {"product", "'Mineral salt'"},
    {"reason", "'Entered by mistake'"},
    {"relation", "r5"},
    {"round", "2026-12"},
    {"scheme", "kamayoq-livestock"},
    {"segment_report", "s1"},
    {"service", "alpaca-shearing"},
    {"tap", "tap-quispe"},
    {"territory", "inei.210801"},
    {"token", "laptop"},
    {"value_chain", "alpaca"},
};

std::string SampleOf(const std::string& name, const std::string& otherwise) {
  const auto* found = std::find_if(std::begin(kSamples), std::end(kSamples),
                                   [&](const Sample& sample) { return name == sample.name; });
  return found == std::end(kSamples) ? otherwise : found->value;
}

// A word in the form that NameForm gives: COOPERATIVE/NEED.
std::string SampleWord(const std::string& form) {
  std::vector<std::string> ids;
  for (absl::string_view variable : absl::StrSplit(form, '/')) {
    ids.push_back(SampleOf(absl::AsciiStrToLower(variable), "x1"));
  }
  return absl::StrJoin(ids, "/");
}

std::string SampleValue(const FieldDescriptor& field) {
  const std::string form = ValueForm(field);
  if (!ReferencedType(field).empty()) return SampleWord(form);
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) return EnumeratorTexts(*field.enum_type()).front();
  if (form == "NUMBER") return "40";
  if (form == "DATE") return field.name() == "end_date" ? "2026-12-20" : "2026-12-01";
  if (form == "INSTANT") return "2026-12-01T08:00:00Z";
  if (form == "MONEY") return "'12.50 PEN'";
  if (form == "DURATION") return "5m";
  if (form == "yes" || form == "yes|no") return "";
  return SampleOf(field.name(), "TEXT");
}

std::string SampleFlag(const std::string& path, const FieldDescriptor& field) {
  const std::string value = SampleValue(field);
  return value.empty() ? absl::StrCat(" --", path) : absl::StrCat(" --", path, " ", value);
}

// Flags for the fields that a new message must have, and for the first of each oneof. Of a message that must
// have something of its own choice, its first field.
void AddRequired(const Descriptor& message, const std::string& prefix, std::string* line) {
  const size_t before = line->size();
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const auto* oneof = field.real_containing_oneof();
    const bool chosen = oneof != nullptr && oneof->field(0) == &field;
    if (!BehaviourOf(field).required && !chosen) continue;
    if (HasText(field)) {
      *line += SampleFlag(prefix + field.name(), field);
    } else if (!field.is_repeated()) {
      AddRequired(*field.message_type(), absl::StrCat(prefix, field.name(), "."), line);
    }
  }
  if (line->size() == before && !prefix.empty()) {
    *line += SampleFlag(prefix + message.field(0)->name(), *message.field(0));
  }
}

// A flag for the first field that may change.
void AddChange(const Descriptor& message, std::string* line) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const Behaviour behaviour = BehaviourOf(field);
    if (behaviour.output_only || behaviour.identifier || behaviour.immutable || !HasText(field)) continue;
    *line += SampleFlag(field.name(), field);
    return;
  }
}

}  // namespace

std::string ExampleOf(const Command& command) {
  std::string line = absl::StrCat("ayni ", command.noun, " ", command.verb);
  for (const Positional& positional : command.grammar.positionals) {
    absl::StrAppend(&line, " ", SampleWord(positional.name));
  }
  for (const Flag& flag : command.grammar.flags) {
    if (flag.required) absl::StrAppend(&line, " --", flag.name, " ", SampleOf(flag.name, "TEXT"));
  }
  if (command.grammar.fields != nullptr && NameInBody(command)) {
    AddChange(*command.grammar.fields, &line);
  } else if (command.grammar.fields != nullptr) {
    AddRequired(*command.grammar.fields, "", &line);
  }
  if (IsList(*command.method)) line += " --limit 20 --output csv";
  return line;
}

}  // namespace ayni::cli
