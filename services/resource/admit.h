// Admission of a record: its shape, its rules, and the fields that the server fills. The API's writes and
// imports admit records by the same call.
#ifndef AYNI_SERVICES_RESOURCE_ADMIT_H_
#define AYNI_SERVICES_RESOURCE_ADMIT_H_

#include "services/resource/kind.h"
#include "services/resource/rules.h"

namespace ayni::services {

// Adds to admission.violations all that is wrong with `after`, and fills what the server fills: as a new
// record where `before` is null, and as it stood before otherwise. `after` has its name, and keeps no etag.
void AdmitRecord(const Kind& kind, const Admission& admission, const google::protobuf::Message* before,
                 google::protobuf::Message* after);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_ADMIT_H_
