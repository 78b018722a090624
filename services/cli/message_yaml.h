// A message as YAML for a person to edit: what the caller may set, each field under the API's own comment.
#ifndef AYNI_SERVICES_CLI_MESSAGE_YAML_H_
#define AYNI_SERVICES_CLI_MESSAGE_YAML_H_

#include <google/protobuf/message.h>

#include <string>

namespace ayni::cli {

// ReadMessage gives the same message back. Fields that are not set stand as comments, once a type; so do the
// comments on fields. Without the name and etag of a resource, nor what the server fills.
std::string YamlText(const google::protobuf::Message& message);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_MESSAGE_YAML_H_
