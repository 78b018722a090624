// Too many connections, and connections that are not used as they should be.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <thread>

#include "ayni/v1/access_service.pb.h"
#include "services/server/descriptor.h"
#include "services/server/descriptor_limit.h"
#include "tests/services/server/aynid_process.h"
#include "tests/services/server/served_methods.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;

constexpr char kGetParty[] = "ayni.v1.PartyService/GetParty";
constexpr char kListPrincipals[] = "ayni.v1.AccessService/ListPrincipals";
constexpr char kHttp2Preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
// An HTTP/2 frame SETTINGS without settings.
const std::string kSettings("\0\0\0\4\0\0\0\0\0", 9);

// Every address 127.x.y.z is this machine's.
Descriptor ConnectFrom(const char* address, int port) {
  Descriptor connection(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in from{};
  from.sin_family = AF_INET;
  inet_pton(AF_INET, address, &from.sin_addr);
  sockaddr_in to = from;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<uint16_t>(port));
  EXPECT_EQ(bind(connection.number(), reinterpret_cast<sockaddr*>(&from), sizeof(from)), 0);
  EXPECT_EQ(connect(connection.number(), reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
  return connection;
}

std::vector<Descriptor> ConnectManyFrom(const char* address, int port, int count) {
  std::vector<Descriptor> connections;
  for (int i = 0; i < count; ++i) connections.push_back(ConnectFrom(address, port));
  return connections;
}

// Whether the peer closes the connection within that time.
bool IsClosed(const Descriptor& connection, int within_ms) {
  pollfd closing{connection.number(), POLLIN, 0};
  char byte;
  while (poll(&closing, 1, within_ms) > 0) {
    if (recv(connection.number(), &byte, 1, 0) <= 0) return true;
  }
  return false;
}

int CountClosed(const std::vector<Descriptor>& connections) {
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  return static_cast<int>(std::count_if(connections.begin(), connections.end(),
                                        [](const Descriptor& one) { return IsClosed(one, 0); }));
}

// Whether the server greets it as HTTP/2 has it.
bool IsServed(const Descriptor& connection) {
  const std::string hello = kHttp2Preface + kSettings;
  send(connection.number(), hello.data(), hello.size(), MSG_NOSIGNAL);
  pollfd reading{connection.number(), POLLIN, 0};
  char bytes[9];
  return poll(&reading, 1, 5000) > 0 && recv(connection.number(), bytes, sizeof(bytes), 0) == sizeof(bytes);
}

GrpcDoorOptions WithConnections(int connections_max) {
  GrpcDoorOptions options;
  options.connections_max = connections_max;
  return options;
}

template <typename Condition>
bool ComesTrue(const Condition& condition) {
  for (int i = 0; i < 500 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return condition();
}

TEST(Connections, OfOneAddressAreHalfAtMost) {
  ServedMethods served(AllMethodsAnswering(), {}, WithConnections(8));
  const auto connections = ConnectManyFrom("127.0.0.2", served.door().port(), 20);
  EXPECT_EQ(CountClosed(connections), 16);
  EXPECT_TRUE(served.door().Health().ok());
  EXPECT_TRUE(IsServed(ConnectFrom("127.0.0.3", served.door().port())));
}

TEST(Connections, BeyondTheMostAreClosedAndSayFull) {
  ServedMethods served(AllMethodsAnswering(), {}, WithConnections(8));
  const int port = served.door().port();
  {
    const auto some = ConnectManyFrom("127.0.0.2", port, 4);
    const auto others = ConnectManyFrom("127.0.0.3", port, 4);
    EXPECT_EQ(CountClosed(some) + CountClosed(others), 0);
    EXPECT_THAT(served.door().Health().ToString(), HasSubstr("all 8 connections are taken"));
    EXPECT_TRUE(IsClosed(ConnectFrom("127.0.0.4", port), 5000));
  }
  EXPECT_TRUE(ComesTrue([&] { return served.door().Health().ok(); }));
  EXPECT_TRUE(IsServed(ConnectFrom("127.0.0.4", port)));
}

// Every way in which a connection may end gives its place back.
TEST(Connections, GiveTheirPlacesBack) {
  ServedMethods served(AllMethodsAnswering(), {}, WithConnections(8));
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  for (int i = 0; i < 40; ++i) {
    const grpc::Status status =
        Ask(served.Connect(), kGetParty, v1::Principal(), {.token = token, .headers = {}}).status;
    ASSERT_TRUE(status.ok()) << i << ": " << status.error_message();
    Descriptor reset = ConnectFrom("127.0.0.1", served.door().port());
    const linger at_once{1, 0};
    setsockopt(reset.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    Descriptor junk = ConnectFrom("127.0.0.1", served.door().port());
    send(junk.number(), "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL);
    EXPECT_TRUE(IsClosed(junk, 5000));
    reset = Descriptor();
    junk = Descriptor();
    ASSERT_TRUE(ComesTrue([&] { return served.door().Figures()[0].figures[0].value == 0; }));
  }
}

class AynidConnections : public testing::Test {
 protected:
  AynidConnections() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit more{before_.rlim_max, before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &more);
  }
  ~AynidConnections() override { setrlimit(RLIMIT_NOFILE, &before_); }

  grpc::Status List(const AynidProcess& aynid) {
    return Ask(aynid.Connect(), kListPrincipals, v1::ListPrincipalsRequest(),
               {.token = aynid.AdministratorToken(), .headers = {}})
        .status;
  }

  TemporaryFolder folder_;
  rlimit before_{};
};

// gRPC's own listener stops for good at the first accept for which there is no descriptor.
TEST_F(AynidConnections, MoreThanThereAreDescriptorsForDoNotCloseTheDoor) {
  AynidProcess aynid(folder_, {}, {}, 1024);
  ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
  {
    const auto flood = ConnectManyFrom("127.0.0.2", aynid.grpc_port(), 1100);
    EXPECT_TRUE(IsServed(ConnectFrom("127.0.0.3", aynid.grpc_port())));
    EXPECT_TRUE(List(aynid).ok());
    EXPECT_TRUE(ComesTrue([&] { return aynid.Get("/readyz").find("HTTP/1.1 200 ") == 0; }));
  }
  const grpc::Status after = List(aynid);
  EXPECT_TRUE(after.ok()) << after.error_message();
  EXPECT_THAT(aynid.Log(), testing::Not(HasSubstr("Failed accept4")));
}

TEST_F(AynidConnections, SaysThatItsDoorIsFull) {
  AynidProcess aynid(folder_, {"--connections-max", "4"});
  ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
  const auto some = ConnectManyFrom("127.0.0.2", aynid.grpc_port(), 2);
  const auto others = ConnectManyFrom("127.0.0.3", aynid.grpc_port(), 2);
  EXPECT_TRUE(ComesTrue([&] {
    const std::string answer = aynid.Get("/readyz");
    return answer.find("HTTP/1.1 503 ") == 0 && answer.find("all 4 connections are taken") != answer.npos;
  }));
  EXPECT_THAT(aynid.Get("/metrics"), HasSubstr("\nayni_connections 4\n"));
}

TEST_F(AynidConnections, AreTooFewToStartWith) {
  AynidProcess aynid(folder_, {}, {}, 256);
  EXPECT_FALSE(aynid.WaitUntilItServes());
  EXPECT_EQ(aynid.Wait().exit_code, 1);
  EXPECT_THAT(aynid.Log(), HasSubstr("only 256 descriptors open (ulimit -n)"));
}

TEST(DescriptorLimit, LeavesConnectionsWhatTheRestDoesNotNeed) {
  EXPECT_EQ(ConnectionsWithin(1 << 20, 4096), 4096);
  EXPECT_EQ(ConnectionsWithin(1024, 4096), (1024 - kStoreDescriptorsMax - kOtherDescriptorsMax) / 2);
  EXPECT_EQ(ConnectionsWithin(kStoreDescriptorsMax, 4096), 0);
}

}  // namespace
}  // namespace ayni::services
