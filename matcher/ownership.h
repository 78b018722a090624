// Ownership groups: parties that are one behind their names.
//
// Two parties are joined where one owns 25 % or more of the other, or controls it; a group is what joins make
// together. What one party owns of another is the sum, over every chain of at most kOwnershipChainMax links
// from the one to the other, of the product of the shares along it; control counts as the whole, and so does
// a share above one half, which decides alone: otherwise an owner would hide by 51 % of a company that holds
// 49 %. The sum is over chains because otherwise it would hide by holding 20 % at first hand and 20 % through
// a company of its own. A chain may not come back to its owner, and no sum exceeds the whole at any length,
// so circular holdings and false declarations end as any other.
#ifndef AYNI_MATCHER_OWNERSHIP_H_
#define AYNI_MATCHER_OWNERSHIP_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "matcher/market.h"

namespace ayni::matcher {

inline constexpr int32_t kWholeBasisPoints = 10'000;
inline constexpr int32_t kGroupBasisPoints = 2'500;
// Above it a share controls.
inline constexpr int32_t kHalfBasisPoints = 5'000;
inline constexpr int kOwnershipChainMax = 8;

// A statement that holds on the days of its window. Control is a share of kWholeBasisPoints.
struct Ownership {
  PartyIndex owner;
  PartyIndex owned;
  int32_t share_basis_points = 0;  // 1..kWholeBasisPoints
  Window window;

  friend bool operator==(const Ownership&, const Ownership&) = default;
};

// By party: the one of the lowest index in its group as of the day; itself where it stands alone. Of
// statements about the same two parties that hold on the same day the largest counts: two sources that state
// one holding don't double it. Costs, for each owner, the links within
// kOwnershipChainMax of it. REQUIRES: parties are 0 to party_count - 1.
std::vector<PartyIndex> OwnershipGroups(int32_t party_count, absl::Span<const Ownership> ownerships, Day day);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_OWNERSHIP_H_
