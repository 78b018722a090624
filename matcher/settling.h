// Limits whose caps are shares of what is really matched (LimitBasis::kMatched): no cap is known before the
// round is cleared, and with every cap the clearing changes.
//
// A problem is posed with caps that are loose. It is cleared; caps are worked out anew from what was matched;
// where a controller stands above its cap, the rooms of its segment are lowered to the new cap, and the
// problem is cleared again. Rooms only fall, so this ends; after a few clearings what is left over the caps
// is taken away, lightest first. The units then satisfy
//   held + matched of a controller <= max(1, ceil(share * (held + matched of the segment)))
// and the prices of the last clearing prove how good they are among all that keep to its rooms.
//
// Money is held in the same way: a room is of units, and is lowered in the measure in which what the
// controller was given costs too much.
#ifndef AYNI_MATCHER_SETTLING_H_
#define AYNI_MATCHER_SETTLING_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "matcher/limit_problem.h"
#include "matcher/market.h"

namespace ayni::matcher {

// What a solution matches, as limits measure it.
struct MatchedAmounts {
  std::vector<Amount> of_segment;           // by SegmentIndex
  std::vector<int32_t> matches_of_segment;  // by SegmentIndex
  std::vector<Amount> of_controller;        // by position in SegmentTable::controllers
  std::vector<Units> units_of_controller;
};

// Linear in edges times limits. REQUIRES: edge_units is by edge of the problem, which is of this market and
// was posed with the table.
MatchedAmounts AmountsMatched(const Market& market, const Problem& problem, const SegmentTable& table,
                              absl::Span<const Units> edge_units);

// Whether any limit is of the basis kMatched, so that the problem has to be settled.
bool NeedsSettling(const SegmentTable& table);

// Sets volumes and caps of such limits to what the units come to. Where controllers stand above their caps,
// lowers rooms, and is true: the problem is to be cleared again.
bool LowerRooms(const Market& market, absl::Span<const Units> edge_units, PosedProblem* posed);

// Takes units away until every such cap holds, and sets volumes and caps to what then stands. Lots are kept.
void TakeAboveCaps(const Market& market, const Problem& problem, SegmentTable* table,
                   std::vector<Units>* edge_units);

// Whether every such cap holds. Counts anew from the units: for checking what is to be published.
bool CapsHold(const Market& market, const Problem& problem, const SegmentTable& table,
              absl::Span<const Units> edge_units);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_SETTLING_H_
