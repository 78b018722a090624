// Whether a store may still be written: the first error that was met, kept for good.
//
// Thread-safe. Shared by all that touches the database, readers too: after one failed read nothing that is
// computed from this store may be written to it.
#ifndef AYNI_STORAGE_HEALTH_H_
#define AYNI_STORAGE_HEALTH_H_

#include <atomic>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"

namespace ayni::storage {

class Health {
 public:
  bool ok() const { return ok_.load(std::memory_order_acquire); }

  absl::Status Read() const {
    if (ok()) return absl::OkStatus();
    const std::lock_guard lock(mutex_);
    return error_;
  }

  // Keeps the first error and ignores those after it. REQUIRES: !error.ok().
  void Break(const absl::Status& error) {
    const std::lock_guard lock(mutex_);
    if (error_.ok()) error_ = error;
    ok_.store(false, std::memory_order_release);
  }

 private:
  std::atomic<bool> ok_{true};
  mutable std::mutex mutex_;
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_HEALTH_H_
