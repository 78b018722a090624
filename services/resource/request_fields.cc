#include "services/resource/request_fields.h"

#include <algorithm>

#include "services/invariant.h"

namespace ayni::services {

const google::protobuf::MethodDescriptor* MethodOf(const std::string& method) {
  std::string full_name = method;
  std::replace(full_name.begin(), full_name.end(), '/', '.');
  const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(full_name);
  INVARIANT(descriptor != nullptr, method);
  return descriptor;
}

const google::protobuf::FieldDescriptor* FieldOf(const google::protobuf::Descriptor* message,
                                                 const std::string& field) {
  const google::protobuf::FieldDescriptor* descriptor = message->FindFieldByName(field);
  INVARIANT(descriptor != nullptr, message->full_name() + "." + field);
  return descriptor;
}

bool IsSet(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  return field->is_repeated() ? reflection->FieldSize(message, field) > 0
                              : reflection->HasField(message, field);
}

std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor* type) {
  const auto* prototype = google::protobuf::MessageFactory::generated_factory()->GetPrototype(type);
  return std::unique_ptr<google::protobuf::Message>(prototype->New());
}

}  // namespace ayni::services
