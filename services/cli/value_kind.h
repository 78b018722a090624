// What kind of value a field holds, where its type alone does not say.
#ifndef AYNI_SERVICES_CLI_VALUE_KIND_H_
#define AYNI_SERVICES_CLI_VALUE_KIND_H_

#include <google/protobuf/descriptor.h>

#include <string>

#include "services/cli/api.h"

namespace ayni::cli {

bool IsMessage(const google::protobuf::FieldDescriptor& field,
               const google::protobuf::Descriptor* descriptor);

bool IsEmptyMessage(const google::protobuf::Descriptor& message);

// A message of an enumerator and a text, in this order.
bool IsCodePair(const google::protobuf::Descriptor& message);

// The resource that a text field names: its own, or one that it refers to. Null where it names none.
const Resource* NamedResource(const google::protobuf::FieldDescriptor& field);
// The same of references alone.
const Resource* Referent(const google::protobuf::FieldDescriptor& field);

// What the names of the enumerators begin with: PARTY_ROLE_.
std::string EnumeratorPrefix(const google::protobuf::EnumDescriptor& enumeration);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_VALUE_KIND_H_
