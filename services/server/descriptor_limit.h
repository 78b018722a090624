// How many descriptors the process may have open, and what they are for. Out of them, neither a connection
// nor a file of the store can be opened, so connections get what the rest leaves.
#ifndef AYNI_SERVICES_SERVER_DESCRIPTOR_LIMIT_H_
#define AYNI_SERVICES_SERVER_DESCRIPTOR_LIMIT_H_

#include <cstdint>

namespace ayni::services {

// Files that the store may have open: see storage/rocksdb_store.h.
inline constexpr int64_t kStoreDescriptorsMax = 600;
// The port of metrics, gRPC's own, logs and libraries.
inline constexpr int64_t kOtherDescriptorsMax = 200;
// With fewer connections it is not worth starting.
inline constexpr int64_t kConnectionsLeast = 16;

// Raises the limit as far as the process may, and returns it.
int64_t RaiseDescriptorLimit();

// The limit that leaves room for so many connections.
int64_t DescriptorsFor(int64_t connections);

// Connections that the limit leaves room for, at most `wanted`.
int64_t ConnectionsWithin(int64_t descriptor_limit, int64_t wanted);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_DESCRIPTOR_LIMIT_H_
