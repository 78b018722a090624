// How concentrated every segment is once a round's units are given.
#ifndef AYNI_MATCHER_LIMIT_REPORT_H_
#define AYNI_MATCHER_LIMIT_REPORT_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "matcher/limit_problem.h"
#include "matcher/market.h"

namespace ayni::matcher {

inline constexpr int32_t kHhiMax = 10'000;

struct ControllerShare {
  PartyIndex controller;
  Units held = 0;
  Units matched = 0;
  // Of all that is held and matched in the segment, in hundredths of a per cent, to the nearest.
  int32_t share_basis_points = 0;
};

struct SegmentReport {
  SegmentIndex segment;
  Units matched = 0;
  // Sum of squared shares of what is held and matched, 0..kHhiMax, to the nearest; 0 where nothing is.
  int32_t hhi = 0;
  // Those that hold or were given something, largest first, then by controller.
  std::vector<ControllerShare> shares;
};

// By SegmentIndex. REQUIRES: edge_units is by edge of the posed problem, of this market.
std::vector<SegmentReport> ReportSegments(const Market& market, const PosedProblem& posed,
                                          absl::Span<const Units> edge_units);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_LIMIT_REPORT_H_
