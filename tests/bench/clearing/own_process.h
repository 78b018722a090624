// Runs a solver in a process of its own: its time and memory are its own, and it can be ended at a limit.
//
// The process says two lines: `ready BYTES SECONDS`, what it holds in memory and has used of the processor
// once it has the problem, and an answer. All figures are from the first line to the second.
#ifndef AYNI_TESTS_BENCH_CLEARING_OWN_PROCESS_H_
#define AYNI_TESTS_BENCH_CLEARING_OWN_PROCESS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ayni::bench {

enum class Ending : uint8_t {
  kDone,
  kLimit,   // ended by us when its seconds were over
  kFailed,  // ended by itself without an answer, or by the system, as where memory is short
};

struct Ran {
  Ending ending = Ending::kFailed;
  std::string answer;  // without its end of line
  double seconds = 0;
  double processor_seconds = 0;
  int64_t bytes = 0;  // at the peak, beyond what it held when it was ready
};

// `solve` in a fork of this process, which holds the problem already. What it prints is lost. REQUIRES: this
// process has one thread.
Ran RunForked(const std::function<std::string()>& solve, double seconds_max);

// A program, the first word its path, that says those two lines and then waits to be ended.
Ran RunProgram(const std::vector<std::string>& words, double seconds_max);

// Of a line of /proc/PID/status such as VmRSS, in bytes; 0 where there is none. 0 for this process.
int64_t StatusBytes(int64_t process, const std::string& field);

// Gives back what the heap of this process holds unused, which a solver would otherwise have for nothing, and
// forgets the peak so far. What it holds now, in bytes.
int64_t RestartPeak();

// Wall seconds on the machine's steady clock, and seconds of the processor that this process and the calling
// thread used.
double SteadySeconds();
double ProcessorSeconds();
double ThreadSeconds();

}  // namespace ayni::bench

#endif  // AYNI_TESTS_BENCH_CLEARING_OWN_PROCESS_H_
