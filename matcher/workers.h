// Threads that share work out among them.
#ifndef AYNI_MATCHER_WORKERS_H_
#define AYNI_MATCHER_WORKERS_H_

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"

namespace ayni::matcher {

inline constexpr int kThreadsMax = 256;

// Results do not depend on the number of threads where what work(i) writes depends on i alone and is read
// only after ForEach: sums are made over i in order, by the caller. For one caller at a time.
class Workers {
 public:
  // threads - 1 threads beside the caller's own. REQUIRES: 1 <= threads <= kThreadsMax.
  explicit Workers(int threads);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Threads that work, the caller's own among them.
  int count() const { return static_cast<int>(threads_.size()) + 1; }

  // Calls work(i) once for each i in [0, count), in any order and on any of the threads, and returns when all
  // have returned. A round costs a few microseconds where rounds follow each other closely.
  void ForEach(int64_t count, absl::FunctionRef<void(int64_t)> work);

 private:
  void Serve();
  void Work();
  bool Enter();

  // The gate is open while a round has work to give; below the flag it counts the threads inside. A thread
  // that comes too late finds it closed, so that a round never waits for one that is not running.
  static constexpr uint32_t kOpen = 1u << 16;
  static_assert(kThreadsMax < kOpen);
  std::atomic<uint32_t> gate_ = 0;
  std::atomic<uint32_t> round_ = 0;  // that was begun last
  std::atomic<bool> ending_ = false;
  std::atomic<int64_t> next_ = 0;
  int64_t count_ = 0;                                       // written while the gate is shut
  const absl::FunctionRef<void(int64_t)>* work_ = nullptr;  // written while the gate is shut
  std::vector<std::thread> threads_;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_WORKERS_H_
