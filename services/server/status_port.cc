#include "services/server/status_port.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace ayni::services {
namespace {

constexpr int kPollMs = 100;
constexpr int kConnectionSeconds = 2;
constexpr size_t kRequestBytesMax = 8192;
constexpr int kBacklog = 16;

std::string Response(int code, absl::string_view reason, absl::string_view type, absl::string_view body) {
  return absl::StrCat("HTTP/1.1 ", code, " ", reason, "\r\nContent-Type: ", type,
                      "\r\nContent-Length: ", body.size(), "\r\nConnection: close\r\n\r\n", body);
}

// The request up to its empty line, or what came of it in time.
std::string ReadRequest(int connection) {
  std::string request;
  char buffer[1024];
  while (request.size() < kRequestBytesMax && !absl::StrContains(request, "\r\n\r\n")) {
    const ssize_t size = recv(connection, buffer, sizeof(buffer), 0);
    if (size <= 0) break;
    request.append(buffer, static_cast<size_t>(size));
  }
  return request;
}

void WriteAll(int connection, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t size = send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    if (size <= 0) return;
    text.remove_prefix(static_cast<size_t>(size));
  }
}

int PortOf(int listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

absl::StatusOr<int> Listen(const std::string& host, int port) {
  const std::string where = absl::StrCat(host, " port ", port);
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return absl::UnavailableError(absl::StrCat("can't listen on ", where, ": not a numeric address"));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> address(found, &freeaddrinfo);
  const int listener = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  if (listener >= 0) setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (listener < 0 || bind(listener, address->ai_addr, address->ai_addrlen) != 0 ||
      listen(listener, kBacklog) != 0) {
    const absl::Status status =
        absl::UnavailableError(absl::StrCat("can't listen on ", where, ": ", std::strerror(errno)));
    if (listener >= 0) close(listener);
    return status;
  }
  return listener;
}

}  // namespace

absl::StatusOr<std::unique_ptr<StatusPort>> StatusPort::Open(const std::string& host, int port,
                                                             const FigureBoard& board, Readiness readiness) {
  const absl::StatusOr<int> listener = Listen(host, port);
  if (!listener.ok()) return listener.status();
  return std::unique_ptr<StatusPort>(
      new StatusPort(*listener, PortOf(*listener), board, std::move(readiness)));
}

StatusPort::StatusPort(int listener, int port, const FigureBoard& board, Readiness readiness)
    : listener_(listener), port_(port), board_(board), readiness_(std::move(readiness)), thread_([this] {
        Serve();
      }) {}

StatusPort::~StatusPort() {
  stop_ = true;
  thread_.join();
  close(listener_);
}

void StatusPort::Serve() {
  while (!stop_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, kPollMs) <= 0) continue;
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    const timeval limit{kConnectionSeconds, 0};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    const std::string request = ReadRequest(connection);
    WriteAll(connection, Answer(request.substr(0, request.find("\r\n"))));
    close(connection);
  }
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
