#include "services/server/status_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/services/server/connect_to.h"

namespace ayni::services {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string Get(int port, const std::string& path) {
  const int connection = ConnectTo(port);
  const std::string request = absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(send(connection, request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
  std::string response;
  char buffer[4096];
  for (ssize_t size = 0; (size = recv(connection, buffer, sizeof(buffer), 0)) > 0;)
    response.append(buffer, size);
  close(connection);
  return response;
}

class StatusPortTest : public testing::Test {
 protected:
  StatusPortTest() {
    board_.Add([] {
      FigureFamily counter{"ayni_things_total", "Things.", FigureFamily::Kind::kCounter, {}};
      counter.figures.push_back({{{"kind", "a"}}, 7, 0, 0, {}});
      FigureFamily histogram{"ayni_wait_seconds", "Waits.", FigureFamily::Kind::kHistogram, {}};
      histogram.figures.push_back({{}, 0, 3, 1.5, {{0.1, 1}, {1, 2}}});
      return std::vector<FigureFamily>{counter, histogram};
    });
    port_ = *StatusPort::Open("127.0.0.1", 0, board_, [this] { return ready_; });
  }

  absl::Status ready_;
  FigureBoard board_;
  std::unique_ptr<StatusPort> port_;
};

TEST_F(StatusPortTest, ShowsTheBoardInPrometheusForm) {
  const std::string response = Get(port_->port(), "/metrics");
  EXPECT_THAT(response, StartsWith("HTTP/1.1 200 "));
  for (const char* line : {"# TYPE ayni_things_total counter\n", "ayni_things_total{kind=\"a\"} 7\n",
                           "# TYPE ayni_wait_seconds histogram\n", "ayni_wait_seconds_bucket{le=\"0.1\"} 1\n",
                           "ayni_wait_seconds_bucket{le=\"+Inf\"} 3\n", "ayni_wait_seconds_sum 1.5\n"}) {
    EXPECT_THAT(response, HasSubstr(line));
  }
}

TEST_F(StatusPortTest, SaysWhetherTheServerServes) {
  EXPECT_THAT(Get(port_->port(), "/readyz"), StartsWith("HTTP/1.1 200 "));
  ready_ = absl::UnavailableError("the index lags");
  EXPECT_THAT(Get(port_->port(), "/readyz"), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(Get(port_->port(), "/readyz"), EndsWith("the index lags\n"));
  EXPECT_THAT(Get(port_->port(), "/healthz"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(StatusPortTest, KnowsNoOtherPath) {
  EXPECT_THAT(Get(port_->port(), "/"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(Get(port_->port(), "/metricsx"), StartsWith("HTTP/1.1 404 "));
}

TEST_F(StatusPortTest, OutlivesAClientThatSaysNothing) {
  const int silent = ConnectTo(port_->port());
  EXPECT_THAT(Get(port_->port(), "/healthz"), StartsWith("HTTP/1.1 200 "));
  close(silent);
}

TEST_F(StatusPortTest, AnswersAtOnceBehindThoseThatDoNotGoOn) {
  std::vector<int> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(ConnectTo(port_->port()));
    send(slow.back(), "GET /h", 6, 0);
  }
  const absl::Time start = absl::Now();
  EXPECT_THAT(Get(port_->port(), "/healthz"), StartsWith("HTTP/1.1 200 "));
  EXPECT_LT(absl::Now() - start, absl::Seconds(1));
  for (const int connection : slow) close(connection);
}

// However often a byte comes.
TEST_F(StatusPortTest, GivesAConnectionTwoSecondsInAll) {
  const int slow = ConnectTo(port_->port());
  const absl::Time start = absl::Now();
  while (absl::Now() - start < absl::Seconds(10) && send(slow, "G", 1, MSG_NOSIGNAL) == 1) {
    absl::SleepFor(absl::Milliseconds(50));
  }
  EXPECT_LT(absl::Now() - start, absl::Seconds(4));
  close(slow);
}

TEST_F(StatusPortTest, RefusesAnAddressThatIsTaken) {
  const absl::Status status =
      StatusPort::Open("127.0.0.1", port_->port(), board_, [] { return absl::OkStatus(); }).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("in use"));
}

TEST_F(StatusPortTest, RefusesWhatIsNoAddress) {
  EXPECT_EQ(StatusPort::Open("nowhere", 0, board_, [] { return absl::OkStatus(); }).status().code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace ayni::services
