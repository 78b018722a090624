// A connection to a port of this machine, for tests of what listens there.
#ifndef AYNI_TESTS_SERVICES_SERVER_CONNECT_TO_H_
#define AYNI_TESTS_SERVICES_SERVER_CONNECT_TO_H_

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstdint>

namespace ayni::services {

// The caller closes it.
inline int ConnectTo(int port) {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  return connection;
}

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_SERVER_CONNECT_TO_H_
