// A receiver of requests on this machine, as of webhooks: keeps what it is sent, and answers as the test
// says.
#ifndef AYNI_TESTS_SERVICES_NOTICE_RECEIVER_H_
#define AYNI_TESTS_SERVICES_NOTICE_RECEIVER_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/invariant.h"

namespace ayni::services {

struct Received {
  std::string target;                          // as in /notices?a=b
  std::map<std::string, std::string> headers;  // by names in lower case
  std::string body;
  nlohmann::json json() const { return nlohmann::json::parse(body); }
};

struct Said {
  int code = 200;
  std::string body = {};
};

class Receiver {
 public:
  // On the receiver's thread, one request after the other.
  using Respond = std::function<Said(const Received&)>;
  // The code with which the n-th request from 1 on is answered.
  using Answer = std::function<int(int n)>;

  explicit Receiver(
      Answer answer = [](int) { return 200; }, absl::Duration takes = absl::ZeroDuration())
      : Receiver([answer = std::move(answer), n = 0](const Received&) mutable { return Said{answer(++n)}; },
                 takes) {}
  explicit Receiver(Respond respond, absl::Duration takes = absl::ZeroDuration())
      : respond_(std::move(respond)), takes_(takes), socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    INVARIANT(bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0, "no port");
    INVARIANT(listen(socket_, 64) == 0, "no port");
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Run(); });
  }
  ~Receiver() {
    stops_ = true;
    thread_.join();
    close(socket_);
  }

  int port() const { return port_; }
  std::string url(const std::string& scheme = "http", const std::string& host = "127.0.0.1") const {
    return absl::StrCat(scheme, "://", host, ":", port_, "/notices");
  }
  std::vector<Received> received() const {
    const std::lock_guard lock(mutex_);
    return received_;
  }
  // How often each id came.
  std::map<std::string, int> counts(const std::string& header = "webhook-id") const {
    std::map<std::string, int> counts;
    for (const Received& each : received()) ++counts[each.headers.at(header)];
    return counts;
  }

 private:
  void Run() {
    while (!stops_) {
      pollfd ready{socket_, POLLIN, 0};
      if (poll(&ready, 1, 20) <= 0) continue;
      const int connection = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection >= 0) Serve(connection);
      close(connection);
    }
  }

  void Serve(int connection) {
    std::string text;
    size_t end = std::string::npos;
    while ((end = text.find("\r\n\r\n")) == std::string::npos) {
      if (!ReadMore(connection, &text)) return;
    }
    Received request;
    std::istringstream lines(text.substr(0, end));
    std::string line;
    std::getline(lines, line);
    request.target = line.substr(line.find(' ') + 1, line.rfind(' ') - line.find(' ') - 1);
    while (std::getline(lines, line)) {
      const size_t colon = line.find(':');
      request.headers[absl::AsciiStrToLower(line.substr(0, colon))] =
          std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
    }
    size_t bytes = 0;
    const auto length = request.headers.find("content-length");
    INVARIANT(length == request.headers.end() || absl::SimpleAtoi(length->second, &bytes), text);
    while (text.size() < end + 4 + bytes) {
      if (!ReadMore(connection, &text)) return;
    }
    request.body = text.substr(end + 4);
    {
      const std::lock_guard lock(mutex_);
      received_.push_back(request);
    }
    absl::SleepFor(takes_);
    const Said said = respond_(request);
    std::string answer = absl::StrCat("HTTP/1.1 ", said.code, " Said\r\nContent-Length: ", said.body.size(),
                                      "\r\nConnection: close\r\n\r\n", said.body);
    while (!answer.empty()) {
      const ssize_t bytes_sent = send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
      if (bytes_sent <= 0) return;  // who reads no further has heard enough
      answer.erase(0, static_cast<size_t>(bytes_sent));
    }
  }

  static bool ReadMore(int connection, std::string* text) {
    char buffer[4096];
    const ssize_t bytes = read(connection, buffer, sizeof(buffer));
    if (bytes > 0) text->append(buffer, static_cast<size_t>(bytes));
    return bytes > 0;
  }

  const Respond respond_;
  const absl::Duration takes_;
  const int socket_;
  int port_ = 0;
  std::atomic<bool> stops_ = false;
  mutable std::mutex mutex_;
  std::vector<Received> received_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_NOTICE_RECEIVER_H_
