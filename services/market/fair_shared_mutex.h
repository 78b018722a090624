// FairSharedMutex: a lock of many readers or one writer, in which readers who come after a writer wait for
// it. The standard one lets readers in as long as there are any, and those that overlap keep a writer out for
// ever.
#ifndef AYNI_SERVICES_MARKET_FAIR_SHARED_MUTEX_H_
#define AYNI_SERVICES_MARKET_FAIR_SHARED_MUTEX_H_

#include <mutex>
#include <shared_mutex>

namespace ayni::services {

// As std::shared_mutex, for std::unique_lock and std::shared_lock. Not recursive, not even for readers.
class FairSharedMutex {
 public:
  void lock() {
    const std::lock_guard turn(turn_);
    mutex_.lock();
  }
  void unlock() { mutex_.unlock(); }
  void lock_shared() {
    const std::lock_guard turn(turn_);
    mutex_.lock_shared();
  }
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::mutex turn_;  // held by whoever is next, until it is in
  std::shared_mutex mutex_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_FAIR_SHARED_MUTEX_H_
