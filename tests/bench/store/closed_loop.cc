#include "tests/bench/store/closed_loop.h"

#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

namespace ayni::bench {
namespace {

using Clock = std::chrono::steady_clock;

double CpuMicros() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto micros = [](const timeval& time) { return 1e6 * time.tv_sec + time.tv_usec; };
  return micros(usage.ru_utime) + micros(usage.ru_stime);
}

// Operations that are not in flight, and how long those took that are answered.
class Slots {
 public:
  explicit Slots(int count) : started_(count) {
    for (int slot = 0; slot < count; ++slot) free_.push_back(slot);
  }

  int Take() {
    std::unique_lock lock(mutex_);
    while (free_.empty()) {
      taker_waits_ = true;
      freed_.wait(lock);
    }
    const int slot = free_.back();
    free_.pop_back();
    started_[slot] = Clock::now();
    return slot;
  }

  void Free(int slot) {
    bool wake;
    {
      const std::lock_guard lock(mutex_);
      micros_.push_back(std::chrono::duration<double, std::micro>(Clock::now() - started_[slot]).count());
      free_.push_back(slot);
      wake = std::exchange(taker_waits_, false);
    }
    if (wake) freed_.notify_one();
  }

  std::vector<double> TakeMicros() {
    const std::lock_guard lock(mutex_);
    return std::move(micros_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<int> free_;
  std::vector<Clock::time_point> started_;
  std::vector<double> micros_;
  bool taker_waits_ = false;
};

}  // namespace

LoopFigures RunClosedLoop(int in_flight, std::chrono::milliseconds duration, const Start& start) {
  Slots slots(in_flight);
  const double cpu_begin = CpuMicros();
  const Clock::time_point begin = Clock::now();
  while (Clock::now() - begin < duration) {
    const int slot = slots.Take();
    start([&slots, slot] { slots.Free(slot); });
  }
  for (int i = 0; i < in_flight; ++i) slots.Take();
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::vector<double> micros = slots.TakeMicros();
  std::sort(micros.begin(), micros.end());
  LoopFigures figures;
  if (micros.empty()) return figures;
  figures.per_second = static_cast<double>(micros.size()) / seconds;
  figures.cpu_micros = (CpuMicros() - cpu_begin) / static_cast<double>(micros.size());
  figures.p50_micros = micros[micros.size() / 2];
  figures.p99_micros = micros[micros.size() * 99 / 100];
  return figures;
}

}  // namespace ayni::bench
