#include "tests/bench/clearing/clear_run.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "matcher/clear.h"
#include "matcher/dual.h"
#include "matcher/slots.h"
#include "matcher/verify.h"
#include "matcher/workers.h"
#include "tests/bench/clearing/generate.h"
#include "tests/bench/clearing/own_process.h"

namespace ayni::bench {
namespace {

using matcher::Problem;

constexpr int64_t kEdgesAgainMax = 5'000'000;
constexpr int kNeedsAReplacement = 20;

// When which gap was certified.
class Trace {
 public:
  void Note(double gap_ppm) { gaps_.emplace_back(SteadySeconds() - start_, gap_ppm); }

  double SecondsUntil(int64_t gap_ppm) const {
    for (const auto& [seconds, gap] : gaps_) {
      if (gap <= static_cast<double>(gap_ppm)) return seconds;
    }
    return NAN;
  }

 private:
  double start_ = SteadySeconds();
  std::vector<std::pair<double, double>> gaps_;
};

struct Timed {
  matcher::Clearing clearing;
  std::optional<matcher::Certificate> certificate;  // none where Verify refuses
  double seconds = 0;
  double processor_seconds = 0;
  int64_t bytes = 0;  // at the peak, beyond what there was
  double longest_silence = 0;
  Trace trace;
};

Timed Clear(const Problem& problem, const ClearWish& wish, const matcher::Prices* warm_prices) {
  const int64_t bytes_before = RestartPeak();
  Timed timed;
  const double processor_start = ProcessorSeconds(), start = SteadySeconds();
  double asked = ThreadSeconds();
  auto clearing = matcher::Clear(
      problem, {.target_gap_ppm = wish.target_gap_ppm,
                .threads = wish.threads,
                .stop =
                    [&] {
                      const double now = ThreadSeconds();
                      timed.longest_silence =
                          std::max(timed.longest_silence, now - std::exchange(asked, now));
                      return SteadySeconds() - start > wish.seconds_max;
                    },
                .progress =
                    [&](const matcher::ClearProgress& progress) {
                      timed.trace.Note(1e6 * (1 - static_cast<double>(progress.value) /
                                                      static_cast<double>(progress.upper_bound)));
                    },
                .warm_prices = warm_prices});
  timed.longest_silence = std::max(timed.longest_silence, ThreadSeconds() - asked);
  timed.seconds = SteadySeconds() - start;
  timed.processor_seconds = ProcessorSeconds() - processor_start;
  timed.bytes = StatusBytes(0, "VmHWM") - bytes_before;
  if (!clearing.ok()) return timed;
  timed.clearing = *std::move(clearing);
  if (const auto certificate = matcher::Verify(problem, timed.clearing.solution); certificate.ok()) {
    timed.certificate = *certificate;
  }
  return timed;
}

// What a pass over all edges costs, each edge, and the making of slots before.
void TimePasses(const Problem& problem, int threads, ClearRun& run) {
  const std::function<bool()> never = [] { return false; };
  matcher::Workers workers(threads);
  const auto edges = static_cast<double>(problem.edge_count());
  double start = SteadySeconds();
  const std::optional<matcher::Slots> slots = matcher::MakeSlots(problem, workers, never);
  run.slots_nanoseconds = 1e9 * (SteadySeconds() - start) / edges;
  // The least of a few, since whoever else works on the machine only adds.
  double seconds[2] = {1e9, 1e9};
  constexpr int kFew = 4, kMany = 20, kTries = 3;
  for (int i = 0; i < kTries; ++i) {
    for (const int passes : {kFew, kMany}) {
      matcher::Dual dual(problem, *slots, workers);
      start = SteadySeconds();
      dual.Anneal(250'000, 125'000, passes, never);
      seconds[passes == kMany] = std::min(seconds[passes == kMany], SteadySeconds() - start);
    }
  }
  run.pass_nanoseconds = 1e9 * (seconds[1] - seconds[0]) / (kMany - kFew) / edges;
}

void ClearAgain(Problem problem, const ClearWish& wish, const matcher::Prices& prices, ClearRun& run) {
  ReplaceNeeds(problem, kNeedsAReplacement);
  const Timed cold = Clear(problem, wish, nullptr), warm = Clear(problem, wish, &prices);
  run.verified = run.verified && cold.certificate && warm.certificate;
  if (!run.verified) return;
  run.again_gap_ppm = std::max({wish.target_gap_ppm, cold.certificate->gap_ppm, warm.certificate->gap_ppm});
  const auto until = [&](const Timed& timed) {
    const double seconds = timed.trace.SecondsUntil(run.again_gap_ppm);
    return std::isnan(seconds) ? timed.seconds : seconds;
  };
  run.cold_seconds = until(cold);
  run.warm_seconds = until(warm);
}

}  // namespace

ClearRun RunClear(const Problem& problem, const ClearWish& wish) {
  ClearRun run;
  const Timed timed = Clear(problem, wish, nullptr);
  run.verified = timed.certificate.has_value();
  if (!run.verified) return run;
  run.edges = problem.edge_count();
  run.value = timed.certificate->value;
  run.bound = timed.certificate->upper_bound;
  run.gap_ppm = timed.certificate->gap_ppm;
  run.seconds = timed.seconds;
  run.processor_seconds = timed.processor_seconds;
  run.bytes = timed.bytes;
  run.longest_silence = timed.longest_silence;
  for (size_t i = 0; i < kMilestonesPpm.size(); ++i) {
    run.until_gap[i] = timed.trace.SecondsUntil(kMilestonesPpm[i]);
  }
  TimePasses(problem, wish.threads, run);
  if (problem.edge_count() <= kEdgesAgainMax) ClearAgain(problem, wish, timed.clearing.solution.prices, run);
  return run;
}

}  // namespace ayni::bench
