// CallQueue: calls whose answers take long to compute, one after another on a thread of their own.
#ifndef AYNI_SERVICES_CALL_QUEUE_H_
#define AYNI_SERVICES_CALL_QUEUE_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "services/method.h"
#include "services/work_thread.h"

namespace ayni::services {

// Thread-safety: Post from any thread; End once, and no call after it. REQUIRES: it outlives every call.
class CallQueue {
 public:
  // True: nobody waits for the answer any more.
  using Stop = std::function<bool()>;
  using Compute = std::function<absl::StatusOr<std::unique_ptr<Message>>(const Stop& stop)>;

  static constexpr size_t kWaitingMax = 16;

  // `what` waits, as in "fairness reports".
  explicit CallQueue(std::string what) : what_(std::move(what)) {}

  // ResourceExhausted where kWaitingMax wait.
  void Post(const std::shared_ptr<const Call>& call, const Reply& reply, Compute compute);
  // Cancels what is under way, and waits for it.
  void End();

 private:
  const std::string what_;
  std::atomic<bool> is_ending_ = false;
  std::unique_ptr<WorkThread> thread_ = std::make_unique<WorkThread>();
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_CALL_QUEUE_H_
