#include "tests/bench/clearing/own_process.h"

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "matcher/invariant.h"

namespace ayni::bench {
namespace {

constexpr int kPollMilliseconds = 50;

void Say(int pipe, const std::string& line) {
  if (write(pipe, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(1);
}

// Follows a process from its first line to its last.
class Follower {
 public:
  Follower(pid_t process, int pipe, double seconds_max)
      : process_(process), pipe_(pipe), seconds_max_(seconds_max), start_(SteadySeconds()) {}

  Ran Follow() {
    while (Listen() && !answered_ && SteadySeconds() - start_ < seconds_max_) {
    }
    ran_.seconds = SteadySeconds() - start_;
    // It waits after its answer, so that its peak can still be read.
    NotePeak();
    kill(process_, SIGKILL);
    rusage used;
    wait4(process_, nullptr, 0, &used);
    close(pipe_);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    ran_.processor_seconds = seconds(used.ru_utime) + seconds(used.ru_stime) - ready_processor_seconds_;
    ran_.bytes = std::max<int64_t>(0, peak_ - ready_bytes_);
    ran_.ending = answered_ ? Ending::kDone : closed_ ? Ending::kFailed : Ending::kLimit;
    return ran_;
  }

 private:
  // False once the process has closed its end.
  bool Listen() {
    pollfd end{.fd = pipe_, .events = POLLIN, .revents = 0};
    if (poll(&end, 1, kPollMilliseconds) == 0) {
      NotePeak();
      return true;
    }
    char part[4096];
    const ssize_t count = read(pipe_, part, sizeof part);
    closed_ = count <= 0;
    if (closed_) return false;
    said_.append(part, static_cast<size_t>(count));
    for (size_t end_of_line; (end_of_line = said_.find('\n')) != std::string::npos;) {
      TakeLine(said_.substr(0, end_of_line));
      said_.erase(0, end_of_line + 1);
    }
    return true;
  }

  void TakeLine(const std::string& line) {
    long long bytes = 0;
    double processor_seconds = 0;
    if (std::sscanf(line.c_str(), "ready %lld %lf", &bytes, &processor_seconds) == 2) {
      ready_bytes_ = bytes;
      ready_processor_seconds_ = processor_seconds;
      start_ = SteadySeconds();
    } else {
      ran_.answer = line;
      answered_ = true;
    }
  }

  // Not getrusage's ru_maxrss: that is inherited over exec from whoever forked.
  void NotePeak() { peak_ = std::max(peak_, StatusBytes(process_, "VmHWM")); }

  const pid_t process_;
  const int pipe_;
  const double seconds_max_;
  double start_;
  std::string said_;
  bool answered_ = false, closed_ = false;
  int64_t ready_bytes_ = 0, peak_ = 0;
  double ready_processor_seconds_ = 0;
  Ran ran_;
};

// `work` in a child that ends with us and prints into `pipe` or nowhere.
Ran Run(const std::function<void(int pipe)>& work, double seconds_max) {
  int ends[2];
  INVARIANT(pipe(ends) == 0, "no pipe");
  std::fflush(stdout);
  const pid_t child = fork();
  INVARIANT(child >= 0, "no process");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ends[0]);
    work(ends[1]);
    _exit(1);
  }
  close(ends[1]);
  return Follower(child, ends[0], seconds_max).Follow();
}

}  // namespace

Ran RunForked(const std::function<std::string()>& solve, double seconds_max) {
  return Run(
      [&solve](int pipe) {
        dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
        Say(pipe, "ready " + std::to_string(RestartPeak()) + " " + std::to_string(ProcessorSeconds()) + "\n");
        Say(pipe, solve() + "\n");
        while (true) pause();
      },
      seconds_max);
}

Ran RunProgram(const std::vector<std::string>& words, double seconds_max) {
  return Run(
      [&words](int pipe) {
        dup2(pipe, STDOUT_FILENO);
        close(pipe);
        std::vector<char*> arguments;
        for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        execv(arguments[0], arguments.data());
      },
      seconds_max);
}

int64_t StatusBytes(int64_t process, const std::string& field) {
  std::ifstream status("/proc/" + (process == 0 ? "self" : std::to_string(process)) + "/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(field)) return 1024 * std::atoll(line.c_str() + field.size() + 1);
  }
  return 0;
}

int64_t RestartPeak() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
  return StatusBytes(0, "VmRSS");
}

double SteadySeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double ThreadSeconds() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

double ProcessorSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace ayni::bench
