// PlanningService: how many TAPs to train, how much choice territories have, and what falls with money that
// ends, computed from the market of now. And SkillService.ListTechniques: which techniques reached how many.
#ifndef AYNI_SERVICES_PLANNING_PLANNING_METHODS_H_
#define AYNI_SERVICES_PLANNING_PLANNING_METHODS_H_

#include "services/call_queue.h"
#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// Reports are computed one after another on a thread of their own, for calls from any. REQUIRES: the store
// and this outlive every call.
class PlanningReports {
 public:
  explicit PlanningReports(const storage::Store* store) : store_(store) {}

  // Rates of success and conflict rules are the active policy's: without one, calls that count with them are
  // refused.
  void AddMethods(MethodTable* table);

  // Cancels what is under way, and waits for it. No call may come after it.
  void Stop() { queue_.End(); }

 private:
  const storage::Store* store_;
  CallQueue queue_{"planning reports"};
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PLANNING_PLANNING_METHODS_H_
