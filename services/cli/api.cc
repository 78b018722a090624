#include "services/cli/api.h"

#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <cctype>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/api/field_behavior.pb.h"
#include "google/api/resource.pb.h"
#include "services/invariant.h"

namespace ayni::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

constexpr unsigned char kImage[] = {
#include "ayni_v1.inc"
};

bool OfTheApi(const std::string& file) {
  return absl::StartsWith(file, "ayni/v1/") || file == "google/longrunning/operations.proto";
}

template <typename Commented>
std::string LeadingComment(const Commented* declaration) {
  google::protobuf::SourceLocation location;
  if (declaration == nullptr || !declaration->GetSourceLocation(&location)) return "";
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(location.leading_comments, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!line.empty()) lines.emplace_back(line);
  }
  return absl::StrJoin(lines, " ");
}

void AddResources(const FileDescriptor& file, std::vector<Resource>* resources) {
  for (int i = 0; i < file.message_type_count(); ++i) {
    const Descriptor* message = file.message_type(i);
    const auto& option = message->options().GetExtension(google::api::resource);
    if (option.type().empty()) continue;
    INVARIANT(option.pattern_size() == 1, message->full_name());
    resources->push_back(
        {option.type(), option.singular(), option.plural(), absl::StrSplit(option.pattern(0), '/'), message});
  }
  // google.longrunning.Operation carries no option.
  if (const Descriptor* operation = file.FindMessageTypeByName("Operation")) {
    resources->push_back({"google.longrunning/Operation",
                          "operation",
                          "operations",
                          {"operations", "{operation}"},
                          operation});
  }
}

std::string Lowered(const std::string& name, char separator) {
  std::string result;
  for (char c : name) {
    const bool upper = std::isupper(static_cast<unsigned char>(c)) != 0;
    if (c == '_' || c == '-') {
      result += separator;
      continue;
    }
    if (upper && !result.empty()) result += separator;
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

}  // namespace

const Api& Api::Get() {
  static const Api* const api = new Api;
  return *api;
}

Api::Api() {
  google::protobuf::FileDescriptorSet image;
  const bool parsed = image.ParseFromArray(kImage, sizeof(kImage));
  INVARIANT(parsed, "the embedded image of the API");
  for (const auto& file : image.file()) {
    INVARIANT(commented_.BuildFile(file) != nullptr, file.name());
    if (!OfTheApi(file.name())) continue;
    const FileDescriptor* linked = DescriptorPool::generated_pool()->FindFileByName(file.name());
    INVARIANT(linked != nullptr, file.name());
    AddResources(*linked, &resources_);
    for (int i = 0; i < linked->service_count(); ++i) {
      for (int j = 0; j < linked->service(i)->method_count(); ++j) {
        methods_.push_back(linked->service(i)->method(j));
      }
    }
  }
}

const Resource* Api::FindResource(const Descriptor* message) const {
  const auto found = std::find_if(resources_.begin(), resources_.end(),
                                  [&](const Resource& resource) { return resource.message == message; });
  return found == resources_.end() ? nullptr : &*found;
}

const Resource* Api::FindResourceByType(const std::string& type) const {
  const auto found = std::find_if(resources_.begin(), resources_.end(),
                                  [&](const Resource& resource) { return resource.type == type; });
  return found == resources_.end() ? nullptr : &*found;
}

std::string Api::Comment(const Descriptor& message) const {
  return LeadingComment(commented_.FindMessageTypeByName(message.full_name()));
}

std::string Api::Comment(const FieldDescriptor& field) const {
  return LeadingComment(commented_.FindFieldByName(field.full_name()));
}

std::string Api::Comment(const google::protobuf::EnumDescriptor& enumeration) const {
  return LeadingComment(commented_.FindEnumTypeByName(enumeration.full_name()));
}

std::string Api::Comment(const google::protobuf::EnumValueDescriptor& value) const {
  return LeadingComment(commented_.FindEnumValueByName(value.full_name()));
}

std::string Api::Comment(const MethodDescriptor& method) const {
  return LeadingComment(commented_.FindMethodByName(method.full_name()));
}

Behaviour BehaviourOf(const FieldDescriptor& field) {
  Behaviour behaviour;
  const auto& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    switch (options.GetExtension(google::api::field_behavior, i)) {
      case google::api::REQUIRED:
        behaviour.required = true;
        break;
      case google::api::OUTPUT_ONLY:
        behaviour.output_only = true;
        break;
      case google::api::IMMUTABLE:
        behaviour.immutable = true;
        break;
      case google::api::IDENTIFIER:
        behaviour.identifier = true;
        break;
      default:
        break;
    }
  }
  return behaviour;
}

std::string ReferencedType(const FieldDescriptor& field) {
  return field.options().GetExtension(google::api::resource_reference).type();
}

std::string ReferencedChildType(const FieldDescriptor& field) {
  return field.options().GetExtension(google::api::resource_reference).child_type();
}

std::string WirePath(const MethodDescriptor& method) {
  return "/" + method.service()->full_name() + "/" + method.name();
}

std::string KebabCase(const std::string& name) { return Lowered(name, '-'); }

std::string SnakeCase(const std::string& name) { return Lowered(name, '_'); }

}  // namespace ayni::cli
