// The gRPC door: serves every routed method of a Dispatch over HTTP/2, with reflection and grpc.health.v1. It
// is driven by descriptors, so a new RPC needs no line here.
//
// An error's trailers carry google.rpc.Status in grpc-status-details-bin; every answer's carry x-request-id.
#ifndef AYNI_SERVICES_SERVER_GRPC_DOOR_H_
#define AYNI_SERVICES_SERVER_GRPC_DOOR_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/figures.h"
#include "services/server/dispatch.h"

namespace ayni::services {

struct GrpcDoorOptions {
  std::string host = "127.0.0.1";
  int port = 0;  // 0: any that is free
  // PEM texts. With a certificate and its key, TLS only; with the authority too, a client may show a
  // certificate of that authority in place of a token.
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_client_authority;
  // Refuses connections without such a certificate.
  bool tls_require_client_certificate = false;
  size_t message_bytes_max = 4 << 20;
  // Of all messages of one client's stream together.
  size_t stream_bytes_max = 512 << 20;
  // Empty ones have no bytes, and take memory.
  size_t stream_messages_max = 100'000;
  int concurrent_streams_max = 1024;  // of one connection
  // Open at once; the next ones are closed as they come. An address gets a part: see connection_gate.h.
  int connections_max = 4096;
  // Of what all connections together have sent and was not taken yet.
  size_t memory_bytes_max = 512 << 20;
};

// Thread-safety: any method from any thread.
class GrpcDoor {
 public:
  virtual ~GrpcDoor() = default;

  // Opens the door, not yet serving by grpc.health.v1. Unavailable where the address can't be had. `dispatch`
  // must outlive the last answer.
  static absl::StatusOr<std::unique_ptr<GrpcDoor>> Open(const GrpcDoorOptions& options, Dispatch* dispatch);

  virtual int port() const = 0;

  // Unavailable where who connects now is turned away, or nobody would know.
  virtual absl::Status Health() const = 0;

  virtual std::vector<FigureFamily> Figures() const = 0;

  // What grpc.health.v1 says of the server as a whole and of each of its services.
  virtual void SetServing(bool serving) = 0;

  // Takes no more calls, waits at most `drain` for those under way, and answers the rest with CANCELLED.
  // Returns when the last one is answered.
  virtual void Close(absl::Duration drain) = 0;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_GRPC_DOOR_H_
