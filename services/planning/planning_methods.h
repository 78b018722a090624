// PlanningService: how many TAPs to train, computed from the market of now.
#ifndef AYNI_SERVICES_PLANNING_PLANNING_METHODS_H_
#define AYNI_SERVICES_PLANNING_PLANNING_METHODS_H_

#include "services/call_queue.h"
#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// Plans are computed one after another on a thread of their own, for calls from any. REQUIRES: the store and
// this outlive every call.
class TrainingPlans {
 public:
  explicit TrainingPlans(const storage::Store* store) : store_(store) {}

  // Rates of success are the active policy's; without one calls are refused.
  void AddMethods(MethodTable* table);

  // Cancels what is under way, and waits for it. No call may come after it.
  void Stop() { queue_.End(); }

 private:
  const storage::Store* store_;
  CallQueue queue_{"plans"};
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PLANNING_PLANNING_METHODS_H_
