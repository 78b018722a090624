// The segments of one limit in one round, their caps, and the problem's cells where these can bind.
#ifndef AYNI_MATCHER_LIMIT_CELLS_H_
#define AYNI_MATCHER_LIMIT_CELLS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "matcher/candidate.h"
#include "matcher/edge_cells.h"
#include "matcher/limit.h"
#include "matcher/market.h"

namespace ayni::matcher {

// What is known before limits are looked at.
struct KnownOfRound {
  const Market& market;
  const Candidates& candidates;
  const std::vector<Units>& need_demand;  // by need: what its candidates can serve
  const absl::Span<const Holding> holdings;
  const Day today;
};

// Appends those of the limit at this position of the table's, and says in which cells each edge lies.
// Cancelled where `stop`, which is asked at every segment, said so. REQUIRES, as PoseProblem; the limits
// before it were appended.
absl::StatusOr<EdgeCells> AppendLimitCells(const KnownOfRound& known, int32_t limit_position,
                                           SegmentTable* table, std::vector<Units>* cell_room,
                                           const std::function<bool()>& stop);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_LIMIT_CELLS_H_
