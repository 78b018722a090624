// PlanningService/ListCoverageGaps and StressCoverage.
#ifndef AYNI_SERVICES_PLANNING_COVERAGE_METHODS_H_
#define AYNI_SERVICES_PLANNING_COVERAGE_METHODS_H_

#include "services/call_queue.h"
#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// Computed one after another on the queue. REQUIRES: the store and the queue outlive every call.
void AddCoverageMethods(const storage::Store* store, CallQueue* queue, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PLANNING_COVERAGE_METHODS_H_
