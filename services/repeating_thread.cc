#include "services/repeating_thread.h"

#include <utility>

namespace ayni::services {

RepeatingThread::RepeatingThread(std::chrono::milliseconds pause, Pass pass)
    : pause_(pause), pass_(std::move(pass)), thread_([this] { Run(); }) {}

RepeatingThread::~RepeatingThread() {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

void RepeatingThread::Run() {
  const Stops stops = [this] {
    const std::lock_guard lock(mutex_);
    return stops_;
  };
  std::unique_lock lock(mutex_);
  while (!stops_) {
    lock.unlock();
    const bool goes_on = pass_(stops);
    lock.lock();
    if (!goes_on) stopped_.wait_for(lock, pause_, [this] { return stops_; });
  }
}

}  // namespace ayni::services
