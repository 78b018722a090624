// One call on gRPC's callback API, between its byte buffers and an Exchange. No thread of gRPC ever waits
// here.
#ifndef AYNI_SERVICES_SERVER_GRPC_CALLS_H_
#define AYNI_SERVICES_SERVER_GRPC_CALLS_H_

#include <grpcpp/grpcpp.h>

#include <cstddef>

#include "services/server/dispatch.h"

namespace ayni::services {

// How the door reads a call, as far as it does not depend on the method.
struct GrpcCallOptions {
  bool client_certificates = false;
  size_t stream_bytes_max = 0;
  size_t stream_messages_max = 0;
};

grpc::ServerUnaryReactor* StartUnaryCall(Dispatch* dispatch, const Route& route,
                                         const GrpcCallOptions& options, grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer& request, grpc::ByteBuffer* response);

grpc::ServerReadReactor<grpc::ByteBuffer>* StartClientStreamingCall(Dispatch* dispatch, const Route& route,
                                                                    const GrpcCallOptions& options,
                                                                    grpc::CallbackServerContext* context,
                                                                    grpc::ByteBuffer* response);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_GRPC_CALLS_H_
