#include "services/public_address.h"

#include <netinet/in.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>

namespace ayni::services {
namespace {

struct Range4 {
  uint32_t begin;
  int bits;
};

// The IANA registry of special-purpose addresses (RFC 6890 and its successors), and multicast.
constexpr Range4 kNotPublic[] = {
    {0x00000000, 8},   // this network
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // shared by customers of a carrier
    {0x7F000000, 8},   // loopback
    {0xA9FE0000, 16},  // link-local
    {0xAC100000, 12},  // private
    {0xC0000000, 24},  // protocol assignments
    {0xC0000200, 24},  // documentation
    {0xC0586300, 24},  // relays to IPv6
    {0xC0A80000, 16},  // private
    {0xC6120000, 15},  // benchmarks
    {0xC6336400, 24},  // documentation
    {0xCB007100, 24},  // documentation
    {0xE0000000, 3},   // multicast, reserved, broadcast
};

bool IsPublic4(uint32_t address) {
  return std::none_of(std::begin(kNotPublic), std::end(kNotPublic),
                      [&](const Range4& range) { return (address ^ range.begin) >> (32 - range.bits) == 0; });
}

bool IsPublic6(const uint8_t (&address)[16]) {
  const auto begins = [&](std::initializer_list<uint8_t> bytes) {
    return std::equal(bytes.begin(), bytes.end(), address);
  };
  // Global unicast is 2000::/3. Whatever else there is (loopback, link-local, unique local, IPv4 within IPv6,
  // NAT64, multicast) is local, or stands for an address that may be.
  if ((address[0] & 0xE0) != 0x20) return false;
  const bool is_assignment = begins({0x20, 0x01}) && address[2] < 2;  // 2001::/23, Teredo among them
  const bool is_relay = begins({0x20, 0x02});                         // 6to4, with an IPv4 address within
  const bool is_documentation =
      begins({0x20, 0x01, 0x0D, 0xB8}) || (begins({0x3F, 0xFF}) && address[2] < 0x10);
  return !is_assignment && !is_relay && !is_documentation;
}

}  // namespace

bool IsPublicAddress(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof(four));
    return IsPublic4(ntohl(four.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 six{};
  std::memcpy(&six, &address, sizeof(six));
  return IsPublic6(six.sin6_addr.s6_addr);
}

}  // namespace ayni::services
