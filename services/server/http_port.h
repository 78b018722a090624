// A small HTTP/1.1 server for what is only read: GET and HEAD, one request a connection.
//
// One thread serves all connections, and waits for none of them. A request may be 8 KiB, and must be whole in
// time; so must be what answers it, and the reading of the answer. When there are too many connections, the
// oldest goes that has not asked yet, and if all have, the oldest. What is wrong with a request is answered
// here: 400, 405, 431, 505.
#ifndef AYNI_SERVICES_SERVER_HTTP_PORT_H_
#define AYNI_SERVICES_SERVER_HTTP_PORT_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/server/descriptor.h"

namespace ayni::services {

inline constexpr size_t kHttpRequestBytesMax = 8192;
inline constexpr size_t kHttpConnectionsMax = 64;

struct HttpRequest {
  std::string path;   // as it was sent, without the query; begins with /
  std::string query;  // as it was sent, after the ?
};

struct HttpResponse {
  int code = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// Says why in one line, and is not to be kept; of 503, to come again in a moment.
HttpResponse Refusal(int code, const std::string& why);

struct HttpLimits {
  std::chrono::milliseconds request{2'000};
  std::chrono::milliseconds answer{2'000};   // until the handler has answered
  std::chrono::milliseconds reading{2'000};  // until the client has read it
};

class HttpPort {
 public:
  // Called once, on any thread, before or after the handler returns, and even when the port is gone.
  using Answer = std::function<void(HttpResponse)>;
  // On the port's thread, and blocks for nothing.
  using Handler = std::function<void(const HttpRequest&, Answer)>;

  // `host` is a numeric address; port 0: any that is free. Unavailable where the address can't be had.
  static absl::StatusOr<std::unique_ptr<HttpPort>> Open(const std::string& host, int port,
                                                        const HttpLimits& limits, Handler handler);
  ~HttpPort();
  HttpPort(const HttpPort&) = delete;
  HttpPort& operator=(const HttpPort&) = delete;

  int port() const { return port_; }

 private:
  enum class Phase { kRequest, kAnswer, kReading, kLeaving };

  struct Connection {
    Descriptor descriptor;
    uint64_t id = 0;
    std::chrono::steady_clock::time_point deadline;
    Phase phase = Phase::kRequest;
    std::string request;
    bool is_head = false;
    std::string response;  // what is left to be sent
  };

  // Answers on their way to the port's thread.
  class Mailbox;

  HttpPort(Descriptor listener, std::shared_ptr<Mailbox> mailbox, const HttpLimits& limits, Handler handler);
  void Serve();
  void Accept();
  void TakeAnswers();
  // Reads or writes what goes without waiting. False: the connection has served.
  bool Advance(Connection* connection);
  bool ReadRequest(Connection* connection);
  void Dispatch(Connection* connection);
  bool Send(Connection* connection);
  void Respond(const HttpResponse& response, Connection* connection) const;

  const Descriptor listener_;
  const int port_;
  const std::shared_ptr<Mailbox> mailbox_;
  const HttpLimits limits_;
  const Handler handler_;
  std::deque<Connection> connections_;  // of the thread; the oldest first
  uint64_t next_id_ = 0;                // of the thread
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_HTTP_PORT_H_
