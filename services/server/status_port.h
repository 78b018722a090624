// The operators' port, apart from the API's: /metrics in Prometheus' text form, /healthz (200 while the
// process lives) and /readyz (200 while it serves, else 503 and why), over HTTP/1.1.
//
// One thread answers all connections, and waits for none of them: each has two seconds in all, and when there
// are too many the oldest goes. What polls it is a handful of monitors on a network of the operator's own.
#ifndef AYNI_SERVICES_SERVER_STATUS_PORT_H_
#define AYNI_SERVICES_SERVER_STATUS_PORT_H_

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/figures.h"
#include "services/server/descriptor.h"

namespace ayni::services {

// The board in Prometheus' text form.
std::string MetricsPage(const FigureBoard& board);

class StatusPort {
 public:
  // From any thread: OK while the server serves; else why it does not.
  using Readiness = std::function<absl::Status()>;

  // `host` is a numeric address; port 0: any that is free. Unavailable where the address can't be had.
  // `board` must outlive the port.
  static absl::StatusOr<std::unique_ptr<StatusPort>> Open(const std::string& host, int port,
                                                          const FigureBoard& board, Readiness readiness);
  ~StatusPort();
  StatusPort(const StatusPort&) = delete;
  StatusPort& operator=(const StatusPort&) = delete;

  int port() const { return port_; }

 private:
  struct Connection {
    Descriptor descriptor;
    std::chrono::steady_clock::time_point deadline;
    std::string request;
    std::string response;  // what is left to be sent; empty until the request is whole
  };

  StatusPort(Descriptor listener, const FigureBoard& board, Readiness readiness);
  void Serve();
  void Accept();
  // Reads or writes what goes without waiting. False: the connection has served.
  bool Advance(Connection* connection) const;
  std::string Answer(const std::string& request_line) const;

  const Descriptor listener_;
  const int port_;
  const FigureBoard& board_;
  const Readiness readiness_;
  std::deque<Connection> connections_;  // of the thread; the oldest first
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_STATUS_PORT_H_
