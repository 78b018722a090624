#include "services/server/status_port.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/server/listen.h"

namespace ayni::services {
namespace {

using std::chrono::steady_clock;

constexpr int kPollMs = 100;
constexpr std::chrono::seconds kConnectionLasts(2);
constexpr size_t kConnectionsMax = 64;
constexpr size_t kRequestBytesMax = 8192;

std::string Response(int code, absl::string_view reason, absl::string_view type, absl::string_view body) {
  return absl::StrCat("HTTP/1.1 ", code, " ", reason, "\r\nContent-Type: ", type,
                      "\r\nContent-Length: ", body.size(), "\r\nConnection: close\r\n\r\n", body);
}

bool IsWhole(const std::string& request) {
  return absl::StrContains(request, "\r\n\r\n") || request.size() >= kRequestBytesMax;
}

// Whether a call that did not succeed may do so later.
bool WouldBlock(ssize_t size) { return size < 0 && (errno == EAGAIN || errno == EINTR); }

}  // namespace

absl::StatusOr<std::unique_ptr<StatusPort>> StatusPort::Open(const std::string& host, int port,
                                                             const FigureBoard& board, Readiness readiness) {
  absl::StatusOr<std::vector<Descriptor>> listeners = Listen(host, port, HostForm::kNumeric);
  if (!listeners.ok()) return listeners.status();
  return std::unique_ptr<StatusPort>(
      new StatusPort(std::move(listeners->front()), board, std::move(readiness)));
}

StatusPort::StatusPort(Descriptor listener, const FigureBoard& board, Readiness readiness)
    : listener_(std::move(listener)),
      port_(PortOf(listener_)),
      board_(board),
      readiness_(std::move(readiness)),
      thread_([this] { Serve(); }) {}

StatusPort::~StatusPort() {
  stop_ = true;
  thread_.join();
}

void StatusPort::Serve() {
  while (!stop_) {
    std::vector<pollfd> waiting = {{listener_.number(), POLLIN, 0}};
    for (const Connection& connection : connections_) {
      const short event = connection.response.empty() ? POLLIN : POLLOUT;
      waiting.push_back({connection.descriptor.number(), event, 0});
    }
    poll(waiting.data(), waiting.size(), kPollMs);
    const steady_clock::time_point now = steady_clock::now();
    std::deque<Connection> open;
    for (size_t i = 0; i < connections_.size(); ++i) {
      const bool moves = waiting[i + 1].revents != 0;
      if (now < connections_[i].deadline && (!moves || Advance(&connections_[i]))) {
        open.push_back(std::move(connections_[i]));
      }
    }
    connections_ = std::move(open);
    if (waiting[0].revents != 0) Accept();
  }
}

void StatusPort::Accept() {
  Descriptor descriptor(accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!descriptor.is_open()) {
    // Out of descriptors, most likely: a turn that did nothing must not be followed by the next at once.
    if (errno != EAGAIN) std::this_thread::sleep_for(std::chrono::milliseconds(kPollMs));
    return;
  }
  if (connections_.size() == kConnectionsMax) connections_.pop_front();
  connections_.push_back({std::move(descriptor), steady_clock::now() + kConnectionLasts, "", ""});
}

bool StatusPort::Advance(Connection* connection) const {
  const int descriptor = connection->descriptor.number();
  if (connection->response.empty()) {
    char buffer[1024];
    const ssize_t size = recv(descriptor, buffer, sizeof(buffer), 0);
    if (WouldBlock(size)) return true;
    if (size > 0) connection->request.append(buffer, static_cast<size_t>(size));
    if (size > 0 && !IsWhole(connection->request)) return true;
    // What ends early is answered by what came of it.
    connection->response = Answer(connection->request.substr(0, connection->request.find("\r\n")));
  }
  std::string& response = connection->response;
  const ssize_t size = send(descriptor, response.data(), response.size(), MSG_NOSIGNAL);
  if (WouldBlock(size)) return true;
  if (size <= 0) return false;
  response.erase(0, static_cast<size_t>(size));
  return !response.empty();
}

std::string StatusPort::Answer(const std::string& request_line) const {
  constexpr absl::string_view kText = "text/plain; charset=utf-8";
  if (absl::StartsWith(request_line, "GET /metrics ")) {
    return Response(200, "OK", "text/plain; version=0.0.4; charset=utf-8", MetricsPage(board_));
  }
  if (absl::StartsWith(request_line, "GET /healthz ")) return Response(200, "OK", kText, "alive\n");
  if (absl::StartsWith(request_line, "GET /readyz ")) {
    const absl::Status ready = readiness_();
    if (ready.ok()) return Response(200, "OK", kText, "serving\n");
    return Response(503, "Service Unavailable", kText, absl::StrCat(ready.message(), "\n"));
  }
  return Response(404, "Not Found", kText, "GET /metrics, /healthz or /readyz\n");
}

}  // namespace ayni::services
