// Every leaf of the ledger, one after another.
#ifndef AYNI_SERVICES_RESOURCE_LEAF_WALK_H_
#define AYNI_SERVICES_RESOURCE_LEAF_WALK_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "storage/store.h"

namespace ayni::services {

// Visits those that the ledger has now, with their indices, until `visit` says false. DataLoss where it has
// fewer than its head says; else the store's errors. Reads at most so many at once:
inline constexpr uint64_t kLeavesAtOnce = 10'000;
template <typename Visit>
absl::Status ForEachLeaf(const storage::Store& store, const Visit& visit) {
  const uint64_t count = store.leaf_count();
  for (uint64_t first = 0; first < count;) {
    const auto leaves = store.ReadLeaves(first, std::min(kLeavesAtOnce, count - first));
    if (!leaves.ok()) return leaves.status();
    if (leaves->empty()) return absl::DataLossError("the ledger has fewer leaves than its head says");
    for (const storage::Leaf& leaf : *leaves) {
      if (!visit(first++, leaf.bytes)) return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_LEAF_WALK_H_
