// Which hosts nobody but this machine can reach: the server listens on no other without TLS, and the command
// line sends no token to another in the clear.
#ifndef AYNI_SERVICES_LOOPBACK_H_
#define AYNI_SERVICES_LOOPBACK_H_

#include <arpa/inet.h>
#include <netinet/in.h>

#include <string>

namespace ayni::services {

// Whether nobody but this machine can reach `host`: localhost, 127.0.0.0/8 or ::1. A name is looked up
// nowhere.
inline bool IsLoopback(const std::string& host) {
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6);
  return host == "localhost";
}

}  // namespace ayni::services

#endif  // AYNI_SERVICES_LOOPBACK_H_
