// The fields that requests of standard methods share, found once and read by reflection. Thread-safe.
#ifndef AYNI_SERVICES_RESOURCE_REQUEST_FIELDS_H_
#define AYNI_SERVICES_RESOURCE_REQUEST_FIELDS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>

namespace ayni::services {

// REQUIRES: the method, as in ayni.v1.NeedService/CreateNeed, is linked in.
const google::protobuf::MethodDescriptor* MethodOf(const std::string& method);

// REQUIRES: the message has it.
const google::protobuf::FieldDescriptor* FieldOf(const google::protobuf::Descriptor* message,
                                                 const std::string& field);

// Whether it has a value, or, where it is repeated, any.
bool IsSet(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor* field);

// An empty message of the type.
std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor* type);

inline std::string TextOf(const google::protobuf::Message& message,
                          const google::protobuf::FieldDescriptor* field) {
  return message.GetReflection()->GetString(message, field);
}

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_REQUEST_FIELDS_H_
