// AuditService/GetFairnessReport and ListFairnessMatches.
#ifndef AYNI_SERVICES_FAIRNESS_FAIRNESS_METHODS_H_
#define AYNI_SERVICES_FAIRNESS_FAIRNESS_METHODS_H_

#include "services/call_queue.h"
#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// Reports are computed one after another on a thread of their own, for calls from any. REQUIRES: the store
// and this outlive every call.
class FairnessReports {
 public:
  explicit FairnessReports(const storage::Store* store) : store_(store) {}

  void AddMethods(MethodTable* table);

  // Cancels what is under way, and waits for it. No call may come after it.
  void Stop() { queue_.End(); }

 private:
  const storage::Store* store_;
  CallQueue queue_{"fairness reports"};
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_FAIRNESS_FAIRNESS_METHODS_H_
