#include "services/server/listen.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"

namespace ayni::services {
namespace {

// Connections that the kernel keeps until they are accepted; it takes less where net.core.somaxconn says so.
constexpr int kBacklog = 4096;

// Zero, or why not, as errno says it.
int StartListening(const Descriptor& listener, const addrinfo& address, int port) {
  if (!listener.is_open()) return errno;
  sockaddr_storage name{};
  std::memcpy(&name, address.ai_addr, address.ai_addrlen);
  in_port_t& port_of_name = name.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(name).sin6_port
                                                       : reinterpret_cast<sockaddr_in&>(name).sin_port;
  port_of_name = htons(static_cast<uint16_t>(port));
  const int on = 1;
  // Accepted connections inherit it: answers are whole messages, and wait for nothing.
  setsockopt(listener.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  setsockopt(listener.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(listener.number(), reinterpret_cast<const sockaddr*>(&name), address.ai_addrlen) != 0)
    return errno;
  return listen(listener.number(), kBacklog) == 0 ? 0 : errno;
}

}  // namespace

absl::StatusOr<std::vector<Descriptor>> Listen(const std::string& host, int port, HostForm form) {
  const auto failed = [&](absl::string_view why) {
    return absl::UnavailableError(absl::StrCat("can't listen on ", host, " port ", port, ": ", why));
  };
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV | (form == HostForm::kNumeric ? AI_NUMERICHOST : 0);
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return failed(form == HostForm::kNumeric ? "not a numeric address" : "no address of this machine");
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, &freeaddrinfo);
  std::vector<Descriptor> listeners;
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    Descriptor listener(socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int error = StartListening(listener, *address, port);
    // A machine's name may stand for an address of a family that it does not speak.
    const bool is_of_other_family = error == EAFNOSUPPORT || error == EADDRNOTAVAIL;
    if (is_of_other_family && address->ai_next != nullptr) continue;
    if (is_of_other_family && !listeners.empty()) continue;
    if (error != 0) return failed(std::strerror(error));
    if (port == 0) port = PortOf(listener);
    listeners.push_back(std::move(listener));
  }
  return listeners;
}

int PortOf(const Descriptor& listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(listener.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

}  // namespace ayni::services
