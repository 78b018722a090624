#include "services/server/http_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/services/server/connect_to.h"

namespace ayni::services {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string ReadAll(int connection) {
  std::string response;
  char buffer[4096];
  ssize_t size = 0;
  while ((size = recv(connection, buffer, sizeof(buffer), 0)) > 0) response.append(buffer, size);
  EXPECT_EQ(size, 0) << "reset";
  close(connection);
  return response;
}

std::string Exchange(int port, const std::string& request) {
  const int connection = ConnectTo(port);
  send(connection, request.data(), request.size(), MSG_NOSIGNAL);
  return ReadAll(connection);
}

std::string Ask(int port, const std::string& line) {
  return Exchange(port, absl::StrCat(line, "\r\nHost: x\r\n\r\n"));
}

// Answers what it was asked; /later only when it is let go.
class HttpPortTest : public testing::Test {
 protected:
  HttpPortTest() {
    port_ = *HttpPort::Open("127.0.0.1", 0, {.answer = std::chrono::milliseconds(500)},
                            [this](const HttpRequest& request, const HttpPort::Answer& answer) {
                              if (request.path != "/later")
                                return answer({.body = absl::StrCat(request.path, " ", request.query)});
                              const std::lock_guard<std::mutex> lock(mutex_);
                              later_.push_back(answer);
                              asked_.notify_all();
                            });
  }

  HttpPort::Answer WaitForLater() {
    std::unique_lock<std::mutex> lock(mutex_);
    asked_.wait(lock, [this] { return !later_.empty(); });
    const HttpPort::Answer answer = later_.back();
    later_.pop_back();
    return answer;
  }

  std::mutex mutex_;
  std::condition_variable asked_;
  std::vector<HttpPort::Answer> later_;
  std::unique_ptr<HttpPort> port_;
};

TEST_F(HttpPortTest, GivesPathAndQueryAsTheyWereSent) {
  const std::string response = Ask(port_->port(), "GET /a/../b%2e?c=d?e HTTP/1.1");
  EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(response, HasSubstr("\r\nContent-Length: 16\r\n"));
  EXPECT_THAT(response, HasSubstr("\r\nDate: "));
  EXPECT_THAT(response, EndsWith("\r\n\r\n/a/../b%2e c=d?e"));
}

TEST_F(HttpPortTest, AnswersHeadWithoutTheBody) {
  const std::string response = Ask(port_->port(), "HEAD /a HTTP/1.1");
  EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(response, HasSubstr("\r\nContent-Length: 3\r\n"));
  EXPECT_THAT(response, EndsWith("\r\n\r\n"));
}

TEST_F(HttpPortTest, RefusesWhatItIsNotFor) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "get"}) {
    const std::string response = Ask(port_->port(), absl::StrCat(method, " /a HTTP/1.1"));
    EXPECT_THAT(response, StartsWith("HTTP/1.1 405 ")) << method;
    EXPECT_THAT(response, HasSubstr("\r\nAllow: GET, HEAD\r\n"));
  }
  for (const char* line : {"GET", "GET /a", "GET  /a HTTP/1.1", "GET a HTTP/1.1", "GET http://x/a HTTP/1.1",
                           "GET /a b HTTP/1.1", "GET /\x01 HTTP/1.1", "GET /\xC3\xB1 HTTP/1.1", ""})
    EXPECT_THAT(Ask(port_->port(), line), StartsWith("HTTP/1.1 400 ")) << line;
  EXPECT_THAT(Ask(port_->port(), "GET /a HTTP/2"), StartsWith("HTTP/1.1 505 "));
}

// A client that still sends is told, and not reset.
TEST_F(HttpPortTest, RefusesAHugeHeaderAndTakesAHugeBodyForNothing) {
  const std::string huge(100'000, 'x');
  EXPECT_THAT(Exchange(port_->port(), absl::StrCat("GET / HTTP/1.1\r\nCookie: ", huge, "\r\n\r\n")),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(Exchange(port_->port(), absl::StrCat("GET /", huge)), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(
      Exchange(port_->port(), absl::StrCat("POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n", huge)),
      StartsWith("HTTP/1.1 405 "));
}

TEST_F(HttpPortTest, ServesOthersWhileAnAnswerIsComputed) {
  std::string late;
  std::thread waiting([&] { late = Ask(port_->port(), "GET /later HTTP/1.1"); });
  const HttpPort::Answer answer = WaitForLater();
  EXPECT_THAT(Ask(port_->port(), "GET /a HTTP/1.1"), StartsWith("HTTP/1.1 200 "));
  answer({.body = "here"});
  waiting.join();
  EXPECT_THAT(late, EndsWith("here"));
}

TEST_F(HttpPortTest, LetsNobodyWaitForeverNorIsHeldByWhoLeft) {
  const absl::Time start = absl::Now();
  EXPECT_EQ(Ask(port_->port(), "GET /later HTTP/1.1"), "");
  EXPECT_LT(absl::Now() - start, absl::Seconds(2));
  WaitForLater()({.body = "too late"});
  EXPECT_THAT(Ask(port_->port(), "GET /a HTTP/1.1"), StartsWith("HTTP/1.1 200 "));
  // Even when the port is gone.
  std::thread waiting([&] { Ask(port_->port(), "GET /later HTTP/1.1"); });
  const HttpPort::Answer answer = WaitForLater();
  waiting.join();
  port_.reset();
  answer({.body = "to nobody"});
}

// Those that say nothing make place before one that waits for its answer.
TEST_F(HttpPortTest, KeepsWhoHasAskedWhenOthersCrowdIn) {
  std::string late;
  std::thread waiting([&] { late = Ask(port_->port(), "GET /later HTTP/1.1"); });
  const HttpPort::Answer answer = WaitForLater();
  std::vector<int> silent;
  for (size_t i = 0; i < 2 * kHttpConnectionsMax; ++i) silent.push_back(ConnectTo(port_->port()));
  EXPECT_THAT(Ask(port_->port(), "GET /a HTTP/1.1"), StartsWith("HTTP/1.1 200 "));
  answer({.body = "here"});
  waiting.join();
  EXPECT_THAT(late, EndsWith("here"));
  for (const int connection : silent) close(connection);
}

}  // namespace
}  // namespace ayni::services
