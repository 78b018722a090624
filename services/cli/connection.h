// The way to the server: one channel, one token, calls by descriptor.
#ifndef AYNI_SERVICES_CLI_CONNECTION_H_
#define AYNI_SERVICES_CLI_CONNECTION_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/cli/connection_settings.h"

namespace grpc {
class ClientContext;
class Status;
}  // namespace grpc

namespace ayni::cli {

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
