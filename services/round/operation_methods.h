// google.longrunning.Operations: GetOperation, ListOperations, WaitOperation and CancelOperation, on rounds.
#ifndef AYNI_SERVICES_ROUND_OPERATION_METHODS_H_
#define AYNI_SERVICES_ROUND_OPERATION_METHODS_H_

#include "services/method.h"
#include "services/round/clearing_desk.h"
#include "storage/store.h"

namespace ayni::services {

// The longest that WaitOperation waits, whatever is asked for.
inline constexpr absl::Duration kWaitMax = absl::Minutes(10);

// REQUIRES: store and desk outlive every call.
void AddOperationMethods(const storage::Store* store, ClearingDesk* desk, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_OPERATION_METHODS_H_
