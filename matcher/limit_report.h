// How concentrated every segment is once a round's units are given.
#ifndef AYNI_MATCHER_LIMIT_REPORT_H_
#define AYNI_MATCHER_LIMIT_REPORT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "matcher/limit_problem.h"
#include "matcher/market.h"

namespace ayni::matcher {

inline constexpr int32_t kHhiMax = 10'000;

struct ControllerShare {
  PartyIndex controller;
  Amount held = 0;
  Amount matched = 0;
  // Of all that is held and matched in the segment, and of what was held before, in hundredths of a per cent,
  // to the nearest.
  int32_t share_basis_points = 0;
  int32_t share_before_basis_points = 0;
  // As in the table, where it is less than the segment's volume.
  std::optional<Amount> volume;
  Amount cap = 0;
};

// Shares are of what is held and matched. Where a TAP counts with several controllers they may sum to more
// than the whole; HHI and cr4 are then held to it.
struct SegmentReport {
  SegmentIndex segment;
  Amount matched = 0;
  int32_t match_count = 0;
  // Sum of squared shares, 0..kHhiMax, to the nearest; 0 where nothing is held or matched. And of what was
  // held before the round.
  int32_t hhi = 0;
  int32_t hhi_before = 0;
  // The share of the largest controller and of the four largest together.
  int32_t cr1_basis_points = 0;
  int32_t cr4_basis_points = 0;
  // kHhiMax / hhi in hundredths: so many equal controllers would give this HHI; 0 where hhi is.
  int32_t effective_controllers_hundredths = 0;
  // Those that hold or were given something, and of kOffered those whose volume is less than the segment's,
  // largest first, then by controller.
  std::vector<ControllerShare> shares;
};

// By SegmentIndex. REQUIRES, as AmountsMatched.
std::vector<SegmentReport> ReportSegments(const Market& market, const Problem& problem,
                                          const SegmentTable& table, absl::Span<const Units> edge_units);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_LIMIT_REPORT_H_
