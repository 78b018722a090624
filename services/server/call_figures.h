// How many calls there were, how they ended and how long they took, by method. A call costs a handful of
// relaxed atomic additions on its method's own cache lines.
#ifndef AYNI_SERVICES_SERVER_CALL_FIGURES_H_
#define AYNI_SERVICES_SERVER_CALL_FIGURES_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/figures.h"

namespace ayni::services {

// Upper bounds of the buckets of durations, in microseconds.
inline constexpr std::array<int64_t, 18> kDurationBucketsMicros = {
    100,     250,     500,     1'000,     2'500,     5'000,     10'000,     25'000,     50'000,
    100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000, 60'000'000};
// 0, OK, to 16, UNAUTHENTICATED.
inline constexpr size_t kStatusCodes = 17;

class MethodFigures {
 public:
  explicit MethodFigures(std::string method) : method_(std::move(method)) {}

  // Thread-safe.
  void Count(absl::StatusCode code, absl::Duration duration);

  const std::string& method() const { return method_; }
  uint64_t CountOf(absl::StatusCode code) const;
  // No labels but `method`.
  Figure Durations() const;

 private:
  const std::string method_;
  alignas(64) std::array<std::atomic<uint64_t>, kStatusCodes> by_code_{};
  // The last one holds what is longer than every bound.
  std::array<std::atomic<uint64_t>, kDurationBucketsMicros.size() + 1> by_duration_{};
  std::atomic<int64_t> total_micros_{0};
};

class CallFigures {
 public:
  // Methods are added before the first call, and live as long as this.
  MethodFigures* Add(const std::string& method);

  std::vector<FigureFamily> Collect() const;

  std::atomic<int64_t>& in_flight() { return in_flight_; }

 private:
  std::deque<MethodFigures> methods_;
  std::atomic<int64_t> in_flight_{0};
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_CALL_FIGURES_H_
