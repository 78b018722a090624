// WorkThread: one thread that does long computations in the order in which they came.
#ifndef AYNI_SERVICES_WORK_THREAD_H_
#define AYNI_SERVICES_WORK_THREAD_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace ayni::services {

// Thread-safety: any method from any thread, the destructor from any but by its own work.
class WorkThread {
 public:
  WorkThread();
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;
  // Does what waits, and ends the thread.
  ~WorkThread();

  void Post(std::function<void()> work);
  size_t waiting() const;

 private:
  void Run();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> work_;  // guarded by mutex_
  bool ends_ = false;                       // guarded by mutex_
  std::thread thread_;                      // the last, so that it finds the rest made
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_WORK_THREAD_H_
