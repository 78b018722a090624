// Our own clearing of one market, measured.
#ifndef AYNI_TESTS_BENCH_CLEARING_CLEAR_RUN_H_
#define AYNI_TESTS_BENCH_CLEARING_CLEAR_RUN_H_

#include <array>
#include <cmath>
#include <cstdint>

#include "matcher/problem.h"

namespace ayni::bench {

struct ClearWish {
  int64_t target_gap_ppm = 1'000;
  int threads = 2;
  double seconds_max = 1e9;
};

// Until a gap of these was first certified.
inline constexpr std::array<int64_t, 6> kMilestonesPpm = {1'000, 500, 200, 100, 50, 0};

// Seconds are wall seconds from the problem in memory, where not said otherwise; NaN where there are none.
struct ClearRun {
  bool verified = false;  // Verify found the solutions feasible, and computed value and bound
  int64_t edges = 0;
  int64_t value = 0;
  int64_t bound = 0;
  int64_t gap_ppm = 0;
  double seconds = 0;
  double processor_seconds = 0;
  std::array<double, kMilestonesPpm.size()> until_gap = {};
  int64_t bytes = 0;            // at the peak, beyond the problem, the answer included
  double longest_silence = 0;   // between two calls of `stop`, and to the end: of the caller's processor time
  double pass_nanoseconds = 0;  // an edge, for a pass of the dual descent
  double slots_nanoseconds = 0;  // an edge, for what is made before
  // After one need in twenty was replaced: from nothing and from the last prices, both until the same gap,
  // which is the one aimed at where both reach it, else the larger of the two.
  double cold_seconds = NAN;  // NaN above 5M edges
  double warm_seconds = NAN;
  int64_t again_gap_ppm = 0;
};

// REQUIRES: Validate(problem) is OK.
ClearRun RunClear(const matcher::Problem& problem, const ClearWish& wish);

}  // namespace ayni::bench

#endif  // AYNI_TESTS_BENCH_CLEARING_CLEAR_RUN_H_
