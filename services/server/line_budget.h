// LineBudget: how many lines a flood of failing calls may write to the log.
#ifndef AYNI_SERVICES_SERVER_LINE_BUDGET_H_
#define AYNI_SERVICES_SERVER_LINE_BUDGET_H_

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/time/time.h"

namespace ayni::services {

// Thread-safety: any method from any thread.
class LineBudget {
 public:
  explicit LineBudget(int64_t lines_per_second_max) : lines_per_second_max_(lines_per_second_max) {}

  // nullopt: the line is to be left out. Otherwise how many lines were left out since the last one that was
  // not.
  std::optional<int64_t> Take(absl::Time now) {
    const int64_t second = absl::ToUnixSeconds(now);
    const std::lock_guard lock(mutex_);
    if (second != second_) {
      second_ = second;
      lines_ = 0;
    }
    if (lines_ >= lines_per_second_max_) {
      ++left_out_;
      return std::nullopt;
    }
    ++lines_;
    return std::exchange(left_out_, 0);
  }

 private:
  const int64_t lines_per_second_max_;
  std::mutex mutex_;
  // Guarded by mutex_.
  int64_t second_ = 0;
  int64_t lines_ = 0;
  int64_t left_out_ = 0;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_LINE_BUDGET_H_
