// AuditService/GetFairnessReport and ListFairnessMatches.
#ifndef AYNI_SERVICES_FAIRNESS_FAIRNESS_METHODS_H_
#define AYNI_SERVICES_FAIRNESS_FAIRNESS_METHODS_H_

#include <atomic>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "services/method.h"
#include "services/work_thread.h"
#include "storage/store.h"

namespace ayni::services {

// Reports are computed one after another on a thread of their own, for calls from any. REQUIRES: the store
// and this outlive every call.
class FairnessReports {
 public:
  explicit FairnessReports(const storage::Store* store) : store_(store) {}

  void AddMethods(MethodTable* table);

  // Cancels what is under way, and waits for it. No call may come after it.
  void Stop();

 private:
  // Refuses the call where too many wait.
  void Post(const Reply& reply, std::function<absl::StatusOr<std::unique_ptr<Message>>()> compute);
  // For as long as the call waits.
  std::function<bool()> StopOf(const Call& call) const;

  const storage::Store* store_;
  std::atomic<bool> is_stopping_ = false;
  std::unique_ptr<WorkThread> thread_ = std::make_unique<WorkThread>();
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_FAIRNESS_FAIRNESS_METHODS_H_
