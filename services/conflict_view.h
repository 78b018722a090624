// What of conflicts who may see.
#ifndef AYNI_SERVICES_CONFLICT_VIEW_H_
#define AYNI_SERVICES_CONFLICT_VIEW_H_

#include <google/protobuf/repeated_ptr_field.h>

#include "ayni/v1/conflict.pb.h"
#include "services/method.h"

namespace ayni::services {

// Takes out of findings what the caller may not see, so that no record is read here that GetRelation refuses:
// of relations that it is no end of, to a TAP all, and to a cooperative all but that there is one between the
// two parties, of which type, kind of source and standing; of any, to members, who stated it. Administrators,
// auditors and the server see all.
void ShowConflicts(const Caller& caller, google::protobuf::RepeatedPtrField<v1::Conflict>* conflicts);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_CONFLICT_VIEW_H_
