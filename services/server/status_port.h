// The operators' port, apart from the API's: /metrics in Prometheus' text form, /healthz (200 while the
// process lives) and /readyz (200 while it serves, else 503 and why), over HTTP/1.1.
//
// What polls it is a handful of monitors on a network of the operator's own.
#ifndef AYNI_SERVICES_SERVER_STATUS_PORT_H_
#define AYNI_SERVICES_SERVER_STATUS_PORT_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/figures.h"
#include "services/server/http_port.h"

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

  int port() const { return port_->port(); }

 private:
  explicit StatusPort(std::unique_ptr<HttpPort> port) : port_(std::move(port)) {}

  const std::unique_ptr<HttpPort> port_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_STATUS_PORT_H_
