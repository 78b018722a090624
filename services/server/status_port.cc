#include "services/server/status_port.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace ayni::services {
namespace {

HttpResponse Answered(const std::string& path, const FigureBoard& board,
                      const StatusPort::Readiness& readiness) {
  if (path == "/metrics")
    return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = MetricsPage(board)};
  if (path == "/healthz") return {.body = "alive\n"};
  if (path == "/readyz") {
    const absl::Status ready = readiness();
    if (ready.ok()) return {.body = "serving\n"};
    return {.code = 503, .body = absl::StrCat(ready.message(), "\n")};
  }
  return {.code = 404, .body = "GET /metrics, /healthz or /readyz\n"};
}

}  // namespace

absl::StatusOr<std::unique_ptr<StatusPort>> StatusPort::Open(const std::string& host, int port,
                                                             const FigureBoard& board, Readiness readiness) {
  auto opened = HttpPort::Open(
      host, port, HttpLimits(),
      [&board, readiness = std::move(readiness)](const HttpRequest& request, const HttpPort::Answer& answer) {
        answer(Answered(request.path, board, readiness));
      });
  if (!opened.ok()) return opened.status();
  return std::unique_ptr<StatusPort>(new StatusPort(*std::move(opened)));
}

}  // namespace ayni::services
