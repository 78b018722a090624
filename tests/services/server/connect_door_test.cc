// Connections to the HTTP door whose clients wait for something, or for nothing any more.
#include "services/server/connect_door.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "tests/services/server/connect_to.h"
#include "tests/services/server/served_methods.h"

namespace ayni::services {
namespace {

using std::chrono::milliseconds;

class ConnectDoorTimes : public testing::Test {
 protected:
  ConnectDoorTimes() {
    ConnectDoorOptions options;
    options.head = options.idle = options.body = milliseconds(300);
    auto door =
        ConnectDoor::Open(options, &served_.dispatch(), [](const DoorRequest&) { return std::nullopt; });
    EXPECT_TRUE(door.ok()) << door.status();
    door_ = *std::move(door);
  }

  // What comes until the door ends the connection; what it sent so far and "still open" where it does not.
  std::string AllAfter(const std::string& sent) {
    const int connection = ConnectTo(door_->port());
    EXPECT_EQ(write(connection, sent.data(), sent.size()), static_cast<ssize_t>(sent.size()));
    std::string text;
    char buffer[4096];
    while (true) {
      pollfd waits{connection, POLLIN, 0};
      constexpr int kEndsWithinMs = 10'000;
      if (poll(&waits, 1, kEndsWithinMs) != 1) {
        text += "still open";
        break;
      }
      const ssize_t bytes = read(connection, buffer, sizeof(buffer));
      if (bytes <= 0) break;
      text.append(buffer, static_cast<size_t>(bytes));
    }
    close(connection);
    return text;
  }

  ServedMethods served_{AllMethodsAnswering()};
  std::unique_ptr<ConnectDoor> door_;
};

TEST_F(ConnectDoorTimes, EndAConnectionOnWhichNothingIsAsked) { EXPECT_EQ(AllAfter(""), ""); }

TEST_F(ConnectDoorTimes, EndAConnectionWhoseRequestDoesNotCome) {
  EXPECT_EQ(AllAfter("GET / HTTP/1.1\r\nHost: x"), "");
}

TEST_F(ConnectDoorTimes, EndAConnectionThatIsIdleAfterAnAnswer) {
  const std::string all = AllAfter("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(all, testing::StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(all, testing::Not(testing::HasSubstr("still open")));
}

TEST_F(ConnectDoorTimes, TellAClientWhoseBodyDoesNotCome) {
  const std::string secret = served_.Admit("principals/ana", v1::ROLE_ADMINISTRATOR, "");
  const std::string all = AllAfter(
      "POST /ayni.v1.AccessService/GetCaller HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Authorization: Bearer " +
      secret + "\r\nContent-Length: 10\r\n\r\n{");
  EXPECT_THAT(all, testing::HasSubstr("the body did not come in time"));
  EXPECT_THAT(all, testing::Not(testing::HasSubstr("still open")));
}

}  // namespace
}  // namespace ayni::services
