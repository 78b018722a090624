#include "services/server/http_port.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "services/server/listen.h"

namespace ayni::services {
namespace {

using std::chrono::steady_clock;

constexpr int kPollMs = 100;
constexpr char kHeadEnd[] = "\r\n\r\n";
// Until a client that was answered closes: closed before it has read, it would be told of a reset instead.
constexpr std::chrono::seconds kLeavingLasts(1);

const char* ReasonOf(int code) {
  switch (code) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 410:
      return "Gone";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return code < 500 ? "Error" : "Internal Server Error";
  }
}

// Whether a call that did not succeed may do so later.
bool WouldBlock(ssize_t size) { return size < 0 && (errno == EAGAIN || errno == EINTR); }

bool IsVisible(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

HttpResponse Refusal(int code, const std::string& why) {
  HttpResponse response{.code = code, .body = why + "\n", .headers = {{"Cache-Control", "no-store"}}};
  if (code == 503) response.headers.emplace_back("Retry-After", "5");
  return response;
}

class HttpPort::Mailbox {
 public:
  Mailbox() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  void Put(uint64_t id, HttpResponse response) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      answers_.emplace_back(id, std::move(response));
    }
    const uint64_t one = 1;
    // Can fail only where the event is set already.
    [[maybe_unused]] const ssize_t written = write(event_.number(), &one, sizeof(one));
  }

  std::vector<std::pair<uint64_t, HttpResponse>> TakeAll() {
    uint64_t count = 0;
    [[maybe_unused]] const ssize_t read_bytes = read(event_.number(), &count, sizeof(count));
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::exchange(answers_, {});
  }

  const Descriptor& event() const { return event_; }

 private:
  const Descriptor event_;
  std::mutex mutex_;
  std::vector<std::pair<uint64_t, HttpResponse>> answers_;  // guarded by mutex_
};

absl::StatusOr<std::unique_ptr<HttpPort>> HttpPort::Open(const std::string& host, int port,
                                                         const HttpLimits& limits, Handler handler) {
  absl::StatusOr<std::vector<Descriptor>> listeners = Listen(host, port, HostForm::kNumeric);
  if (!listeners.ok()) return listeners.status();
  auto mailbox = std::make_shared<Mailbox>();
  if (!mailbox->event().is_open()) return absl::UnavailableError("there is no descriptor left");
  return std::unique_ptr<HttpPort>(
      new HttpPort(std::move(listeners->front()), std::move(mailbox), limits, std::move(handler)));
}

HttpPort::HttpPort(Descriptor listener, std::shared_ptr<Mailbox> mailbox, const HttpLimits& limits,
                   Handler handler)
    : listener_(std::move(listener)),
      port_(PortOf(listener_)),
      mailbox_(std::move(mailbox)),
      limits_(limits),
      handler_(std::move(handler)),
      thread_([this] { Serve(); }) {}

HttpPort::~HttpPort() {
  stop_ = true;
  thread_.join();
}

void HttpPort::Serve() {
  while (!stop_) {
    std::vector<pollfd> waiting = {{listener_.number(), POLLIN, 0}, {mailbox_->event().number(), POLLIN, 0}};
    const size_t first = waiting.size();
    for (const Connection& connection : connections_) {
      // Of one that waits for its answer only that it goes is told.
      const short event = connection.phase == Phase::kAnswer    ? 0
                          : connection.phase == Phase::kReading ? POLLOUT
                                                                : POLLIN;
      waiting.push_back({connection.descriptor.number(), event, 0});
    }
    poll(waiting.data(), waiting.size(), kPollMs);
    const steady_clock::time_point now = steady_clock::now();
    std::deque<Connection> open;
    for (size_t i = 0; i < connections_.size(); ++i) {
      const bool moves = waiting[first + i].revents != 0;
      if (now < connections_[i].deadline && (!moves || Advance(&connections_[i]))) {
        open.push_back(std::move(connections_[i]));
      }
    }
    connections_ = std::move(open);
    TakeAnswers();
    if (waiting[0].revents != 0) Accept();
  }
}

void HttpPort::Accept() {
  Descriptor descriptor(accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!descriptor.is_open()) {
    // Out of descriptors, most likely: a turn that did nothing must not be followed by the next at once.
    if (errno != EAGAIN) std::this_thread::sleep_for(std::chrono::milliseconds(kPollMs));
    return;
  }
  if (connections_.size() == kHttpConnectionsMax) {
    const auto idle =
        std::find_if(connections_.begin(), connections_.end(), [](const Connection& connection) {
          return connection.phase == Phase::kRequest || connection.phase == Phase::kLeaving;
        });
    connections_.erase(idle == connections_.end() ? connections_.begin() : idle);
  }
  Connection& connection = connections_.emplace_back();
  connection.descriptor = std::move(descriptor);
  connection.id = next_id_++;
  connection.deadline = steady_clock::now() + limits_.request;
}

void HttpPort::TakeAnswers() {
  for (const auto& [id, response] : mailbox_->TakeAll()) {
    const auto asked = std::find_if(connections_.begin(), connections_.end(),
                                    [id = id](const Connection& each) { return each.id == id; });
    // Gone meanwhile.
    if (asked == connections_.end() || asked->phase != Phase::kAnswer) continue;
    Respond(response, &*asked);
    if (!Send(&*asked)) connections_.erase(asked);
  }
}

bool HttpPort::Advance(Connection* connection) {
  switch (connection->phase) {
    case Phase::kRequest:
      return ReadRequest(connection);
    case Phase::kAnswer:
      return false;
    case Phase::kReading:
      return Send(connection);
    case Phase::kLeaving: {
      char buffer[4096];
      const ssize_t size = recv(connection->descriptor.number(), buffer, sizeof(buffer), 0);
      return size > 0 || WouldBlock(size);
    }
  }
  return false;
}

bool HttpPort::ReadRequest(Connection* connection) {
  char buffer[1024];
  const ssize_t size = recv(connection->descriptor.number(), buffer, sizeof(buffer), 0);
  if (WouldBlock(size)) return true;
  std::string& request = connection->request;
  if (size < 0 || (size == 0 && request.empty())) return false;
  request.append(buffer, static_cast<size_t>(size));
  // What ends early is answered by what came of it.
  const bool is_whole = size == 0 || absl::StrContains(request, kHeadEnd);
  if (!is_whole && request.size() < kHttpRequestBytesMax) return true;
  if (!is_whole) {
    Respond(Refusal(431, absl::StrCat("a request may have ", kHttpRequestBytesMax, " bytes")), connection);
    return Send(connection);
  }
  Dispatch(connection);
  return connection->phase == Phase::kAnswer || Send(connection);
}

void HttpPort::Dispatch(Connection* connection) {
  const std::string line = connection->request.substr(0, connection->request.find("\r\n"));
  const std::vector<std::string> parts = absl::StrSplit(line, ' ');
  if (parts.size() != 3 || !IsVisible(parts[1]) || !absl::StartsWith(parts[1], "/")) {
    return Respond(Refusal(400, "the request must begin as in GET / HTTP/1.1"), connection);
  }
  if (!absl::StartsWith(parts[2], "HTTP/1.")) return Respond(Refusal(505, "this is HTTP/1.1"), connection);
  connection->is_head = parts[0] == "HEAD";
  if (!connection->is_head && parts[0] != "GET") {
    HttpResponse refusal = Refusal(405, "only GET and HEAD: nothing is changed here");
    refusal.headers.emplace_back("Allow", "GET, HEAD");
    return Respond(refusal, connection);
  }
  const std::pair<std::string, std::string> target = absl::StrSplit(parts[1], absl::MaxSplits('?', 1));
  connection->phase = Phase::kAnswer;
  connection->deadline = steady_clock::now() + limits_.answer;
  connection->request.clear();
  handler_({target.first, target.second}, [mailbox = mailbox_, id = connection->id](HttpResponse response) {
    mailbox->Put(id, std::move(response));
  });
}

void HttpPort::Respond(const HttpResponse& response, Connection* connection) const {
  connection->response = absl::StrCat(
      "HTTP/1.1 ", response.code, " ", ReasonOf(response.code),
      "\r\nDate: ", absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::Now(), absl::UTCTimeZone()),
      "\r\nContent-Type: ", response.type, "\r\nContent-Length: ", response.body.size(),
      "\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n");
  for (const auto& [name, value] : response.headers)
    absl::StrAppend(&connection->response, name, ": ", value, "\r\n");
  absl::StrAppend(&connection->response, "\r\n", connection->is_head ? "" : response.body);
  connection->phase = Phase::kReading;
  connection->deadline = steady_clock::now() + limits_.reading;
}

bool HttpPort::Send(Connection* connection) {
  std::string& response = connection->response;
  const ssize_t size = send(connection->descriptor.number(), response.data(), response.size(), MSG_NOSIGNAL);
  if (WouldBlock(size)) return true;
  if (size <= 0) return false;
  response.erase(0, static_cast<size_t>(size));
  if (!response.empty()) return true;
  shutdown(connection->descriptor.number(), SHUT_WR);
  connection->phase = Phase::kLeaving;
  connection->deadline = steady_clock::now() + kLeavingLasts;
  return true;
}

}  // namespace ayni::services
