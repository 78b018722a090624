// SkillService/ListTechniques.
#ifndef AYNI_SERVICES_PLANNING_TECHNIQUE_METHODS_H_
#define AYNI_SERVICES_PLANNING_TECHNIQUE_METHODS_H_

#include "services/call_queue.h"
#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// Counts on the queue. REQUIRES: store and queue outlive every call.
void AddTechniqueMethod(const storage::Store* store, CallQueue* queue, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PLANNING_TECHNIQUE_METHODS_H_
