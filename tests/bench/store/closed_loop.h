// A closed loop: so many operations in flight at any time, each started anew as soon as one is answered.
#ifndef AYNI_TESTS_BENCH_STORE_CLOSED_LOOP_H_
#define AYNI_TESTS_BENCH_STORE_CLOSED_LOOP_H_

#include <chrono>
#include <cstdint>
#include <functional>

namespace ayni::bench {

struct LoopFigures {
  double per_second = 0;
  double p50_micros = 0;
  double p99_micros = 0;
  // Processor time of all threads of the process, for each operation; less sensitive to a busy machine.
  double cpu_micros = 0;
};

// Starts one operation, and calls `answered` once, from any thread, when it is answered.
using Start = std::function<void(std::function<void()> answered)>;

// Runs `start` from one thread for `duration`, with `in_flight` operations at a time; waits for the last
// ones.
LoopFigures RunClosedLoop(int in_flight, std::chrono::milliseconds duration, const Start& start);

}  // namespace ayni::bench

#endif  // AYNI_TESTS_BENCH_STORE_CLOSED_LOOP_H_
