// What the API says of itself: its methods, its resources and the comments on them. Commands, flags, columns,
// help and completion are all made from it, so that a new field, resource or method needs no line in the
// command line.
//
// Descriptors are those that are linked in; comments come from the API's image, which is embedded at build.
#ifndef AYNI_SERVICES_CLI_API_H_
#define AYNI_SERVICES_CLI_API_H_

#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>
#include <vector>

namespace ayni::cli {

// A message with a google.api.resource option, or google.longrunning.Operation.
struct Resource {
  std::string type;                  // ayni.v1/ValueChain
  std::string singular;              // valueChain
  std::string plural;                // valueChains
  std::vector<std::string> pattern;  // cooperatives, {cooperative}, needs, {need}
  const google::protobuf::Descriptor* message;
};

// What google.api.field_behavior says of a field.
struct Behaviour {
  bool required = false;
  bool output_only = false;
  bool immutable = false;
  bool identifier = false;
};

// Built once, at first use, and constant from then on: safe to read from any thread.
class Api {
 public:
  static const Api& Get();

  // Those of ayni.v1 and google.longrunning.Operations, in the order of their files.
  const std::vector<const google::protobuf::MethodDescriptor*>& methods() const { return methods_; }
  // In the order of their files.
  const std::vector<Resource>& resources() const { return resources_; }

  // Null where there is none.
  const Resource* FindResource(const google::protobuf::Descriptor* message) const;
  const Resource* FindResourceByType(const std::string& type) const;

  // The comment before the declaration, as lines joined by blanks; empty where there is none.
  std::string Comment(const google::protobuf::Descriptor& message) const;
  std::string Comment(const google::protobuf::FieldDescriptor& field) const;
  std::string Comment(const google::protobuf::EnumDescriptor& enumeration) const;
  std::string Comment(const google::protobuf::EnumValueDescriptor& value) const;
  std::string Comment(const google::protobuf::MethodDescriptor& method) const;

 private:
  Api();

  google::protobuf::DescriptorPool commented_;
  std::vector<const google::protobuf::MethodDescriptor*> methods_;
  std::vector<Resource> resources_;
};

Behaviour BehaviourOf(const google::protobuf::FieldDescriptor& field);

// The type that a text field refers to, as in ayni.v1/Party; empty where it is no reference.
std::string ReferencedType(const google::protobuf::FieldDescriptor& field);
// The type whose parent a text field names; empty where it is no parent.
std::string ReferencedChildType(const google::protobuf::FieldDescriptor& field);

// The full name of a method on the wire, as in /ayni.v1.NeedService/CreateNeed.
std::string WirePath(const google::protobuf::MethodDescriptor& method);

// valueChain, ValueChain and value_chain become value-chain.
std::string KebabCase(const std::string& name);
// valueChain becomes value_chain.
std::string SnakeCase(const std::string& name);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_API_H_
