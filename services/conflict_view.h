// What of conflicts who may see.
#ifndef AYNI_SERVICES_CONFLICT_VIEW_H_
#define AYNI_SERVICES_CONFLICT_VIEW_H_

#include <google/protobuf/repeated_ptr_field.h>

#include "ayni/v1/conflict.pb.h"
#include "services/method.h"

namespace ayni::services {

// Takes out of findings what the caller may not see: of a TAP the relations that it is no end of, and of any
// member who stated what. Administrators, auditors and the server see all.
void ShowConflicts(const Caller& caller, google::protobuf::RepeatedPtrField<v1::Conflict>* conflicts);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_CONFLICT_VIEW_H_
