// A door over methods of a test's own, on a real socket, and a client that calls any method by its name.
#ifndef AYNI_TESTS_SERVICES_SERVER_SERVED_METHODS_H_
#define AYNI_TESTS_SERVICES_SERVER_SERVED_METHODS_H_

#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <string>

#include "services/access/directory.h"
#include "services/server/dispatch.h"
#include "services/server/grpc_door.h"

namespace ayni::services {

struct Answered {
  grpc::Status status;
  grpc::ByteBuffer response;
  std::multimap<std::string, std::string> trailers;

  // Of the google.rpc.ErrorInfo among its details; empty where there is none.
  std::string Reason() const;
};

struct Asking {
  std::string token;  // empty: none is sent
  std::map<std::string, std::string> headers;
  absl::Duration timeout = absl::Seconds(20);
};

// Calls `method`, as in ayni.v1.NeedService/GetNeed, with one message.
Answered AskBytes(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  const grpc::ByteBuffer& request, const Asking& asking = {});
Answered Ask(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
             const google::protobuf::Message& request, const Asking& asking = {});

grpc::ByteBuffer ToByteBuffer(const google::protobuf::Message& message);

// Serves `methods` to the principals that it is given, until it is destroyed.
class ServedMethods {
 public:
  explicit ServedMethods(const MethodTable& methods, DispatchOptions dispatch_options = {},
                         GrpcDoorOptions door_options = {});
  ~ServedMethods();

  // Adds a principal with a token, and returns its secret.
  std::string Admit(const std::string& principal, v1::Role role, const std::string& party = "");

  std::shared_ptr<grpc::Channel> Connect() const;

  Directory& directory() { return directory_; }
  Dispatch& dispatch() { return *dispatch_; }
  GrpcDoor& door() { return *door_; }
  int port() const { return door_->port(); }

 private:
  Directory directory_;
  Log log_;
  std::unique_ptr<Dispatch> dispatch_;
  std::unique_ptr<GrpcDoor> door_;
};

// Every method of the API, each of which answers an empty message.
MethodTable AllMethodsAnswering();

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_SERVER_SERVED_METHODS_H_
