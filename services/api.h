// The services that the API consists of: those of ayni.v1, and google.longrunning.Operations for its rounds.
#ifndef AYNI_SERVICES_API_H_
#define AYNI_SERVICES_API_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

namespace ayni::services {

// In the order of their full names. Also links every one of their messages into the program, which a static
// library does not do by itself: reflection and the authorisation table's check rely on it.
std::vector<const google::protobuf::ServiceDescriptor*> ApiServices();

// As in ayni.v1.NeedService/CreateNeed.
std::string MethodName(const google::protobuf::MethodDescriptor& method);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_API_H_
