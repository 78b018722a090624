#include "matcher/workers.h"

#include "matcher/invariant.h"

namespace ayni::matcher {
namespace {

// Looks at what is waited for before the thread sleeps: about 50 microseconds.
constexpr int kLooksMax = 2'000;

void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

Workers::Workers(int threads) {
  INVARIANT(threads >= 1 && threads <= kThreadsMax, threads);
  for (int i = 1; i < threads; ++i) threads_.emplace_back([this] { Serve(); });
}

Workers::~Workers() {
  ending_ = true;
  ++round_;
  round_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::ForEach(int64_t count, absl::FunctionRef<void(int64_t)> work) {
  if (threads_.empty() || count <= 1) {
    for (int64_t i = 0; i < count; ++i) work(i);
    return;
  }
  work_ = &work;
  count_ = count;
  next_ = 0;
  gate_ = kOpen;
  ++round_;
  round_.notify_all();
  Work();
  gate_.fetch_and(~kOpen);
  for (int looks = 0; gate_.load() != 0; ++looks) {
    if (looks < kLooksMax) {
      Pause();
    } else {
      std::this_thread::yield();
    }
  }
}

void Workers::Serve() {
  uint32_t seen = 0;
  while (true) {
    for (int looks = 0; round_.load() == seen && looks < kLooksMax; ++looks) Pause();
    round_.wait(seen);
    seen = round_.load();
    if (ending_) return;
    if (!Enter()) continue;
    Work();
    gate_.fetch_sub(1);
  }
}

bool Workers::Enter() {
  uint32_t gate = gate_.load();
  while ((gate & kOpen) != 0) {
    if (gate_.compare_exchange_weak(gate, gate + 1)) return true;
  }
  return false;
}

void Workers::Work() {
  for (int64_t i = next_++; i < count_; i = next_++) (*work_)(i);
}

}  // namespace ayni::matcher
