#include "matcher/forest.h"

#include <algorithm>
#include <utility>

namespace ayni::matcher {

std::optional<Forest> FindForest(const Slots& slots) {
  if (slots.has_floors()) return std::nullopt;
  constexpr int32_t kUnknown = -2;
  // Within a resource are those of fewer slots; of equally many where they have the very same.
  std::vector<int32_t> slots_with(slots.resource_count(), 0);
  for (const int32_t r : slots.slot_resource) ++slots_with[r];
  Forest forest{std::vector<int32_t>(slots.resource_count(), kUnknown), {}};
  forest.entry.reserve(slots.slot_count());
  std::vector<std::pair<int32_t, int32_t>> path;
  for (int32_t s = 0; s < slots.slot_count(); ++s) {
    if (slots.slot_lot[s] > 1) return std::nullopt;
    path.clear();
    for (const int32_t r : slots.resources(s)) path.emplace_back(slots_with[r], r);
    std::sort(path.begin(), path.end());
    for (size_t i = 0; i < path.size(); ++i) {
      const int32_t next = i + 1 < path.size() ? path[i + 1].second : -1;
      int32_t& parent = forest.parent[path[i].second];
      if (parent != kUnknown && parent != next) return std::nullopt;
      parent = next;
    }
    forest.entry.push_back(path.empty() ? -1 : path.front().second);
  }
  std::replace(forest.parent.begin(), forest.parent.end(), kUnknown, -1);
  return forest;
}

}  // namespace ayni::matcher
