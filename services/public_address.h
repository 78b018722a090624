// Addresses that everybody on the internet reaches, as opposed to those of this machine and the networks
// around it.
#ifndef AYNI_SERVICES_PUBLIC_ADDRESS_H_
#define AYNI_SERVICES_PUBLIC_ADDRESS_H_

#include <sys/socket.h>

namespace ayni::services {

// False of loopback, private, link-local, shared (CGNAT), unique local, documentation, multicast and reserved
// addresses, of IPv4 addresses within IPv6 that are any of these, and of anything but IPv4 and IPv6.
// REQUIRES: `address` is of the size of its family.
bool IsPublicAddress(const sockaddr& address);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PUBLIC_ADDRESS_H_
