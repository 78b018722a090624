#include "services/cli/value_kind.h"

#include "absl/strings/ascii.h"

namespace ayni::cli {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool IsMessage(const FieldDescriptor& field, const Descriptor* descriptor) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && field.message_type() == descriptor;
}

bool IsEmptyMessage(const Descriptor& message) { return message.field_count() == 0; }

bool IsCodePair(const Descriptor& message) {
  return message.field_count() == 2 && message.field(0)->cpp_type() == FieldDescriptor::CPPTYPE_ENUM &&
         message.field(1)->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !message.field(1)->is_repeated();
}

const Resource* NamedResource(const FieldDescriptor& field) {
  const bool own = BehaviourOf(field).identifier || field.name() == "name";
  const Resource* resource = own ? Api::Get().FindResource(field.containing_type()) : nullptr;
  return resource != nullptr ? resource : Referent(field);
}

const Resource* Referent(const FieldDescriptor& field) {
  const std::string type = ReferencedType(field);
  return type.empty() ? nullptr : Api::Get().FindResourceByType(type);
}

std::string EnumeratorPrefix(const google::protobuf::EnumDescriptor& enumeration) {
  return absl::AsciiStrToUpper(SnakeCase(enumeration.name())) + "_";
}

}  // namespace ayni::cli
