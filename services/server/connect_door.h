// The JSON door: every routed method of a Dispatch as the Connect protocol has it, over HTTP/1.1 with
// connections that stay open. It is driven by descriptors, so a new RPC needs no line here; HTTP/2 and TLS
// are the proxy's before it.
//
// A call is admitted before its body is read: what nobody may send is not waited for.
#ifndef AYNI_SERVICES_SERVER_CONNECT_DOOR_H_
#define AYNI_SERVICES_SERVER_CONNECT_DOOR_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/server/connect_protocol.h"
#include "services/server/dispatch.h"
#include "services/server/http_port.h"

namespace ayni::services {

struct ConnectDoorOptions {
  std::string host = "127.0.0.1";  // numeric
  int port = 0;                    // 0: any that is free
  // Origins whose pages may call from a browser, as in https://consola.example; none: only the door's own.
  std::vector<std::string> origins;
  size_t message_bytes_max = 4 << 20;   // of one message, compressed or not
  size_t stream_bytes_max = 512 << 20;  // of all messages of one client's stream together
  size_t stream_messages_max = 100'000;
  int connections_max = 1024;  // open at once; an address gets a part: see connection_gate.h
  // Of what all connections together have sent and was not taken yet.
  size_t memory_bytes_max = 128 << 20;
  std::chrono::milliseconds head{10'000};     // until the first lines of a request are there
  std::chrono::milliseconds idle{75'000};     // between an answer and the next request
  std::chrono::milliseconds body{60'000};     // until the body of a call of one message is there
  std::chrono::milliseconds reading{60'000};  // until an answer is read
};

// The first lines of a request that is no call, which the door hands on; `headers` while that call lasts.
struct DoorRequest {
  bool is_post = false;
  std::string path;
  std::string query;
  HttpHeaders headers;
};

// Thread-safety: any method from any thread.
class ConnectDoor {
 public:
  // What a GET that is no call gets; nullopt: there is nothing. On a thread of the door, and blocks for
  // nothing.
  using Pages = std::function<std::optional<HttpResponse>(const DoorRequest&)>;

  // Whether a path, GET or POST, is of those that browsers sign in and out by; and what answers them: once,
  // on any thread. It reads no body.
  struct SignIn {
    std::function<bool(const std::string& path)> holds;
    std::function<void(const DoorRequest&, std::function<void(HttpResponse)>)> respond;
  };

  virtual ~ConnectDoor() = default;

  // Unavailable where the address can't be had. `dispatch` must outlive the last answer.
  static absl::StatusOr<std::unique_ptr<ConnectDoor>> Open(const ConnectDoorOptions& options,
                                                           Dispatch* dispatch, Pages pages,
                                                           SignIn sign_in = {});

  virtual int port() const = 0;

  // Unavailable where who connects now is turned away, or nobody would know.
  virtual absl::Status Health() const = 0;

  // Takes no more calls, waits at most `drain` for those under way, and answers the rest with CANCELLED.
  // Returns when the last one is answered.
  virtual void Close(absl::Duration drain) = 0;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_CONNECT_DOOR_H_
