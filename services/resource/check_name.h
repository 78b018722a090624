// Whether a field of a request holds the name of a resource.
#ifndef AYNI_SERVICES_RESOURCE_CHECK_NAME_H_
#define AYNI_SERVICES_RESOURCE_CHECK_NAME_H_

#include <string>

#include "services/resource/field_path.h"
#include "services/resource/resource_type.h"
#include "services/resource/violations.h"

namespace ayni::services {

// Adds a violation of the field where the name does not follow the type's pattern. Looks at no store.
void CheckName(const ResourceType& type, const std::string& name, const FieldPath& field,
               Violations* violations);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_CHECK_NAME_H_
