// Sockets that listen for TCP connections, for the doors of the server.
#ifndef AYNI_SERVICES_SERVER_LISTEN_H_
#define AYNI_SERVICES_SERVER_LISTEN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/server/descriptor.h"

namespace ayni::services {

enum class HostForm { kNumeric, kNumericOrName };

// Listens, without blocking, at every address of `host`, under one port; port 0: any that is free.
// Unavailable where one of them can't be had.
absl::StatusOr<std::vector<Descriptor>> Listen(const std::string& host, int port, HostForm form);

int PortOf(const Descriptor& listener);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_LISTEN_H_
