#include "services/cli/explain.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/api.h"
#include "services/cli/method_command.h"
#include "services/cli/method_run.h"
#include "services/cli/nearest.h"
#include "services/cli/resource_name.h"
#include "services/cli/value_text.h"
#include "services/cli/wrap.h"

namespace ayni::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

constexpr int kFieldIndent = 2;
constexpr int kCommentIndent = 6;

std::string FormOf(const FieldDescriptor& field) {
  if (field.is_map()) return "one TEXT a KEY";
  const std::string form = field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM ? "one of" : ValueForm(field);
  return field.is_repeated() && HasText(field) ? absl::StrCat("list of ", form) : form;
}

std::string BehaviourText(const FieldDescriptor& field) {
  const Behaviour behaviour = BehaviourOf(field);
  std::vector<std::string> texts;
  if (behaviour.identifier) texts.push_back("the name");
  if (behaviour.required) texts.push_back("required");
  if (behaviour.immutable) texts.push_back("set once");
  if (behaviour.output_only) texts.push_back("filled by the server");
  if (const auto* oneof = field.real_containing_oneof())
    texts.push_back(absl::StrCat("one ", oneof->name(), " at most"));
  const std::string type = ReferencedType(field);
  if (const Resource* resource = type.empty() ? nullptr : Api::Get().FindResourceByType(type)) {
    texts.push_back(absl::StrCat("names a ", NounOf(*resource)));
  }
  return texts.empty() ? "" : absl::StrCat(" (", absl::StrJoin(texts, ", "), ")");
}

std::string EnumeratorsText(const EnumDescriptor& enumeration, int width) {
  std::string text;
  for (int i = 0; i < enumeration.value_count(); ++i) {
    const auto& value = *enumeration.value(i);
    if (value.number() == 0) continue;
    const std::string comment = Api::Get().Comment(value);
    text += Wrapped(absl::StrCat(EnumeratorText(value), comment.empty() ? "" : ": ", comment),
                    kCommentIndent + 2, width);
  }
  return text;
}

// Messages do not hold themselves in this API; the depth is a guard against one that will.
constexpr int kDepthMax = 6;

std::string FieldsText(const Descriptor& message, const std::string& prefix, int width, int depth) {
  std::string text;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const bool holds_fields = !HasText(field) && !field.is_map();
    std::string path = prefix + field.name();
    if (field.is_map()) path += ".KEY";
    if (holds_fields && field.is_repeated()) path += ".1";
    absl::StrAppend(&text, std::string(kFieldIndent, ' '), path, "  ",
                    holds_fields ? "fields below" : FormOf(field), BehaviourText(field), "\n",
                    Wrapped(Api::Get().Comment(field), kCommentIndent, width));
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) text += EnumeratorsText(*field.enum_type(), width);
    if (field.is_repeated() && HasText(field) && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      text += EnumeratorsText(*field.message_type()->field(0)->enum_type(), width);
    }
    if (!holds_fields) continue;
    // What google's types say of themselves is at length, and in HTML.
    if (absl::StartsWith(field.message_type()->full_name(), "ayni.")) {
      text += Wrapped(Api::Get().Comment(*field.message_type()), kCommentIndent, width);
    }
    if (depth < kDepthMax) text += FieldsText(*field.message_type(), path + ".", width, depth + 1);
  }
  return text;
}

const Descriptor* MessageOf(const std::string& word) {
  const std::string noun = SingularNoun(word);
  for (const Resource& resource : Api::Get().resources()) {
    if (NounOf(resource) == noun || KebabCase(resource.singular) == noun) return resource.message;
  }
  for (const Command& command : Commands()) {
    if (command.noun == noun && command.method != nullptr && command.resource == nullptr) return nullptr;
  }
  // What is listed under a noun of its own and is no resource.
  for (const Command& command : Commands()) {
    if (command.noun != noun || command.method == nullptr || !IsList(*command.method)) continue;
    return ListedField(*command.method).message_type();
  }
  return google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName("ayni.v1." + word);
}

absl::StatusOr<ExitCode> RunExplain(const Invocation& invocation) {
  const std::string word = invocation.arguments.Word(0);
  const int width = invocation.environment.out_width > 0 ? invocation.environment.out_width : kTextWidth;
  const Descriptor* message = MessageOf(word);
  if (message == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("there is no '", word, "' to explain",
                                                   DidYouMean(word, ExplainedNouns()),
                                                   " Known are: ", absl::StrJoin(ExplainedNouns(), ", ")));
  }
  invocation.environment.out << ExplainText(*message, width);
  return kDone;
}

}  // namespace

std::vector<std::string> ExplainedNouns() {
  std::vector<std::string> nouns;
  for (const std::string& noun : Nouns()) {
    if (MessageOf(noun) != nullptr) nouns.push_back(noun);
  }
  return nouns;
}

Command ExplainCommand() {
  Command command;
  command.noun = "explain";
  command.summary = "Explains the fields of a noun: what they mean, what may be given, what must be.";
  command.grammar.positionals = {{"NOUN", "as in need; or a part's type, as in DateWindow", true}};
  command.grammar.flags = GeneralFlags();
  command.example = "ayni explain need";
  command.run = RunExplain;
  return command;
}

std::string ExplainText(const Descriptor& message, int width) {
  width = std::max(width, 40);
  std::string text = message.name() + "\n" + Wrapped(Api::Get().Comment(message), kFieldIndent, width);
  if (const Resource* resource = Api::Get().FindResource(&message)) {
    absl::StrAppend(&text, "  Named ", absl::StrJoin(resource->pattern, "/"), "; for short, ",
                    NameForm(*resource), ".\n");
  }
  return absl::StrCat(text, "\nFields\n", FieldsText(message, "", width, 0));
}

}  // namespace ayni::cli
