#include "matcher/minimum.h"

#include <numeric>

namespace ayni::matcher {

NeedGroups EachNeed(const Problem& problem) {
  NeedGroups groups{problem.need_count(), std::vector<int32_t>(problem.need_demand.size())};
  std::iota(groups.need_group.begin(), groups.need_group.end(), 0);
  return groups;
}

}  // namespace ayni::matcher
