// The way to the server: one channel, one token, calls by descriptor.
#ifndef AYNI_SERVICES_CLI_CONNECTION_H_
#define AYNI_SERVICES_CLI_CONNECTION_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/cli/arguments.h"
#include "services/cli/environment.h"

namespace grpc {
class ClientContext;
class Status;
}  // namespace grpc

namespace ayni::cli {

inline constexpr char kDefaultServer[] = "127.0.0.1:7400";

struct ConnectionSettings {
  std::string server;  // HOST:PORT
  std::string token;   // empty: none is sent
  bool tls = false;
  std::string root_certificates;    // PEM; empty: those of the system
  std::string certificate;          // PEM, of the caller; empty: none
  std::string key;                  // PEM
  std::ostream* notices = nullptr;  // told of each retry; null where nobody looks
  absl::Duration timeout;           // of a call with its retries; of a long-running one, of each look at it
};

// The flags that say how to reach the server.
std::vector<Flag> ConnectionFlags();

// From flags, environment and files, in this order. InvalidArgument where they don't fit together: a token is
// not sent in the clear but to the machine itself.
absl::StatusOr<ConnectionSettings> ReadConnectionSettings(const Arguments& arguments,
                                                          const Environment& environment);

// Fresh for each write: 32 hexadecimal digits.
std::string NewRequestId();

// Not thread-safe.
class Connection {
 public:
  explicit Connection(const ConnectionSettings& settings);
  ~Connection();

  // Calls, and calls again after a growing pause while the server is unavailable, at most kAttemptsMax times
  // and within the timeout. Repeating is safe: a write without a request_id gets one first. A failure is as
  // FromServer has it.
  absl::Status Call(const google::protobuf::MethodDescriptor& method, google::protobuf::Message* request,
                    google::protobuf::Message* response);

  // The next message of a stream; null at its end. Called from the beginning again for each attempt.
  using Source = std::function<const google::protobuf::Message*()>;
  // A client-streaming call. `restart` is called before each attempt and gives the source that it sends;
  // `on_waiting` about each second in which the server takes or answers nothing.
  absl::Status CallStreaming(const google::protobuf::MethodDescriptor& method,
                             const std::function<Source()>& restart, const std::function<void()>& on_waiting,
                             absl::Duration timeout, google::protobuf::Message* response);

 private:
  struct Wire;

  // `attempt` makes one attempt before the deadline.
  absl::Status Repeat(absl::Duration timeout, const std::function<absl::Status(absl::Time)>& attempt);

  absl::Status Outcome(const grpc::Status& status, const grpc::ClientContext& context) const;

  ConnectionSettings settings_;
  std::unique_ptr<Wire> wire_;
};

inline constexpr int kAttemptsMax = 6;

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_CONNECTION_H_
