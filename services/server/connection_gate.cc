#include "services/server/connection_gate.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/invariant.h"

namespace ayni::services {
namespace {

constexpr int kEventsPerTurnMax = 64;
// So that connections that close are seen in between however many come.
constexpr int kAcceptsPerTurnMax = 64;
constexpr int kTurnMs = 1000;
constexpr int kHangsAfterMs = 10 * kTurnMs;
constexpr int kRestMs = 100;
// Of an address of IPv6, the network: a host may choose the rest as it likes.
constexpr size_t kIpv6NetworkBytes = 8;

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Bytes that are the same for all connections that one peer can make.
std::string AddressOf(const sockaddr_storage& peer) {
  if (peer.ss_family != AF_INET6) {
    const in_addr& v4 = reinterpret_cast<const sockaddr_in&>(peer).sin_addr;
    return std::string(reinterpret_cast<const char*>(&v4), sizeof(v4));
  }
  const in6_addr& v6 = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
  const char* bytes = reinterpret_cast<const char*>(&v6);
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return std::string(bytes + sizeof(v6) - sizeof(in_addr), sizeof(in_addr));
  return std::string(bytes, kIpv6NetworkBytes);
}

// That the connection was gone before it was accepted is no matter of ours.
bool ConcernsOneConnection(int error) {
  switch (error) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return false;
    default:
      return true;
  }
}

}  // namespace

ConnectionGate::ConnectionGate(std::vector<Descriptor> listeners, int connections_max, HandOver hand_over)
    : connections_max_(connections_max),
      connections_of_address_max_(std::max(1, connections_max / kAddressShareDivisor)),
      hand_over_(std::move(hand_over)),
      listeners_(std::move(listeners)),
      events_(epoll_create1(EPOLL_CLOEXEC)),
      stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      last_turn_ms_(NowMs()) {
  INVARIANT(connections_max > 0, connections_max);
  INVARIANT(events_.is_open() && Watch(stop_.number(), EPOLLIN), std::strerror(errno));
  for (const Descriptor& listener : listeners_) {
    INVARIANT(Watch(listener.number(), EPOLLIN), std::strerror(errno));
  }
  thread_ = std::thread([this] { Serve(); });
}

ConnectionGate::~ConnectionGate() { Close(); }

void ConnectionGate::Close() {
  const std::lock_guard lock(close_mutex_);
  if (!thread_.joinable()) return;
  eventfd_write(stop_.number(), 1);
  thread_.join();
  listeners_.clear();
}

absl::Status ConnectionGate::Health() const {
  if (const int error = accept_error_; error != 0) {
    return absl::UnavailableError(absl::StrCat("can't accept connections: ", std::strerror(error)));
  }
  if (open_count_ >= connections_max_) {
    return absl::UnavailableError(absl::StrCat("all ", connections_max_, " connections are taken"));
  }
  if (NowMs() - last_turn_ms_ > kHangsAfterMs) {
    return absl::UnavailableError("connections are not accepted any more");
  }
  return absl::OkStatus();
}

std::vector<FigureFamily> ConnectionGate::Figures() const {
  return {Gauge("ayni_connections", "Connections to the gRPC door that are open.", open_count_),
          Counter("ayni_connections_accepted_total", "Connections that were accepted.",
                  static_cast<double>(accepted_count_)),
          Counter("ayni_connections_refused_total", "Connections that were closed at once.",
                  static_cast<double>(refused_count_))};
}

void ConnectionGate::Serve() {
  std::array<epoll_event, kEventsPerTurnMax> happened;
  while (true) {
    const int count = epoll_wait(events_.number(), happened.data(), kEventsPerTurnMax, kTurnMs);
    last_turn_ms_ = NowMs();
    if (count == 0) accept_error_ = 0;  // nobody waits
    for (int i = 0; i < count; ++i) {
      const int descriptor = happened[i].data.fd;
      if (descriptor == stop_.number()) return;
      open_.count(descriptor) > 0 ? Forget(descriptor) : Accept(descriptor);
    }
  }
}

void ConnectionGate::Accept(int listener) {
  for (int i = 0; i < kAcceptsPerTurnMax; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    Descriptor connection(
        accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (connection.is_open()) {
      accept_error_ = 0;
      Take(listener, std::move(connection), AddressOf(peer));
      continue;
    }
    if (errno == EAGAIN) {
      accept_error_ = 0;
      return;
    }
    if (!ConcernsOneConnection(errno)) return Rest(errno);
  }
}

void ConnectionGate::Take(int listener, Descriptor connection, std::string address) {
  int& of_address = open_of_address_[address];
  Descriptor watch;
  if (open_count_ < connections_max_ && of_address < connections_of_address_max_) {
    watch = Descriptor(fcntl(connection.number(), F_DUPFD_CLOEXEC, 0));
  }
  const int number = watch.number();
  if (!watch.is_open() || !Watch(number, 0)) {
    refused_count_.fetch_add(1);
    if (of_address == 0) open_of_address_.erase(address);
    return;
  }
  ++of_address;
  open_count_.fetch_add(1);
  accepted_count_.fetch_add(1);
  open_.emplace(number, Open{std::move(watch), std::move(address)});
  hand_over_(listener, std::move(connection));
}

void ConnectionGate::Rest(int error) {
  accept_error_ = error;
  pollfd stop{stop_.number(), POLLIN, 0};
  poll(&stop, 1, kRestMs);
}

void ConnectionGate::Forget(int watch) {
  const auto found = open_.find(watch);
  // Closing is not enough: to epoll the descriptor is the connection, which gRPC may still have open.
  epoll_ctl(events_.number(), EPOLL_CTL_DEL, watch, nullptr);
  const auto of_address = open_of_address_.find(found->second.address);
  if (--of_address->second == 0) open_of_address_.erase(of_address);
  open_.erase(found);
  open_count_.fetch_sub(1);
}

bool ConnectionGate::Watch(int descriptor, uint32_t events) const {
  epoll_event event{};
  event.events = events;  // that it was shut down is told in any case
  event.data.fd = descriptor;
  return epoll_ctl(events_.number(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

}  // namespace ayni::services
