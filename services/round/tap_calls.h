// What thin segments ask of whoever trains and brings TAPs.
#ifndef AYNI_SERVICES_ROUND_TAP_CALLS_H_
#define AYNI_SERVICES_ROUND_TAP_CALLS_H_

#include <vector>

#include "absl/types/span.h"
#include "ayni/v1/audit.pb.h"
#include "services/round/clear_round.h"

namespace ayni::services {

// REQUIRES: the cleared round outlives it.
class TapCalls {
 public:
  // `edge_units` are what stands, by edge of the problem.
  TapCalls(const ClearedRound& cleared, absl::Span<const matcher::Units> edge_units);

  // Of a segment that is thin. Costs the needs of the market that lie in it.
  v1::TapCall Of(matcher::SegmentIndex segment) const;

 private:
  // What the TAPs of one service were given on average.
  struct Given {
    matcher::Units units = 0;
    int64_t tap_count = 0;
  };

  const ClearedRound& cleared_;
  std::vector<matcher::Units> need_units_;
  // By ServiceIndex.
  std::vector<Given> given_;
  // By SegmentIndex: the needs of those that are thin.
  std::vector<std::vector<matcher::NeedIndex>> needs_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_TAP_CALLS_H_
