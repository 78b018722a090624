#include "services/server/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>

#include "services/server/connection_gate.h"
#include "storage/rocksdb_store.h"

namespace ayni::services {

static_assert(kStoreDescriptorsMax > storage::kOpenTablesMax, "the store also has logs and a manifest");

int64_t RaiseDescriptorLimit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  // Where the kernel's own maximum is less than the hard limit, the process keeps what it had.
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  return static_cast<int64_t>(std::min<rlim_t>(limit.rlim_cur, INT32_MAX));
}

int64_t DescriptorsFor(int64_t connections) {
  return kStoreDescriptorsMax + kOtherDescriptorsMax + kDescriptorsPerConnection * connections;
}

int64_t ConnectionsWithin(int64_t descriptor_limit, int64_t wanted) {
  const int64_t left = descriptor_limit - DescriptorsFor(0);
  return std::min(wanted, std::max<int64_t>(0, left) / kDescriptorsPerConnection);
}

}  // namespace ayni::services
