// Clears a market: whole units on edges of great value, with prices that prove how near to the greatest.
#ifndef AYNI_MATCHER_CLEAR_H_
#define AYNI_MATCHER_CLEAR_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "matcher/problem.h"
#include "matcher/solution.h"

namespace ayni::matcher {

enum class ClearPhase : uint8_t { kPrice, kMatch, kImprove };

struct ClearProgress {
  ClearPhase phase = ClearPhase::kPrice;
  int64_t value = 0;                // of the best solution so far
  int64_t upper_bound = INT64_MAX;  // the least proved so far
};

struct ClearOptions {
  // Which of equal solutions is found.
  uint64_t seed = 0;
  // Clearing ends once (upper_bound - value) / |upper_bound| is at most this, in parts per million; at least
  // 0.
  int64_t target_gap_ppm = 1'000;
  // That work at the same time, the caller's own among them: 1 to kThreadsMax. The answer is the same with
  // any number of them.
  int threads = 1;
  // The engine reads no clock: this is its deadline and its cancel. Asked on the calling thread many times
  // in 100 ms; once it says true, clearing ends with the best found so far.
  std::function<bool()> stop = [] { return false; };
  // Told on the calling thread whenever a phase begins or the value or the bound has become better.
  std::function<void(const ClearProgress&)> progress = [](const ClearProgress&) {};
  // Places that an ejection chain may look at: fewer end sooner, and less near to the bound.
  int chain_nodes_max = 1'024;
  // Where the search for prices begins: those of the last round, by this problem's positions (0 for what is
  // new); nullptr for none. Borrowed for the call.
  const Prices* warm_prices = nullptr;
  // Units by edge: what is found is worth no less, unless told to stop at once; nullptr for none. Borrowed
  // for the call. REQUIRES: they keep every constraint.
  const std::vector<Units>* warm_units = nullptr;
};

struct Clearing {
  Solution solution;
  int64_t value = 0;
  int64_t upper_bound = 0;  // what the prices prove: Verify finds the same
  // Ended by `stop`, before the target was reached.
  bool stopped = false;
};

// A feasible solution with prices, always: when stopped before anything was matched, edges by their weight as
// far as there is room; when stopped at once, no matches and prices that prove a bound. The same problem,
// options and answers of `stop` give the same bytes on any machine.
//
// InvalidArgument as Validate(problem) has it, or where an option is out of range. Pure; its threads end with
// the call. matcher/clearing.md has the method, its cost in time and memory, and how near it comes.
absl::StatusOr<Clearing> Clear(const Problem& problem, const ClearOptions& options = {});

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_CLEAR_H_
