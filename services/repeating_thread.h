// RepeatingThread: one thread that does the same again and again, with a pause between.
#ifndef AYNI_SERVICES_REPEATING_THREAD_H_
#define AYNI_SERVICES_REPEATING_THREAD_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace ayni::services {

class RepeatingThread {
 public:
  // Whether the thread is to end: for a pass that takes long.
  using Stops = std::function<bool()>;
  // True: the next pass is not to wait.
  using Pass = std::function<bool(const Stops& stops)>;

  // The first pass begins at once.
  RepeatingThread(std::chrono::milliseconds pause, Pass pass);
  RepeatingThread(const RepeatingThread&) = delete;
  RepeatingThread& operator=(const RepeatingThread&) = delete;
  // Waits for the pass under way.
  ~RepeatingThread();

 private:
  void Run();

  const std::chrono::milliseconds pause_;
  const Pass pass_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stops_ = false;  // guarded by mutex_
  std::thread thread_;  // last
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_REPEATING_THREAD_H_
