// Decisions of a second administrator are about what it looked at.
#ifndef AYNI_SERVICES_RULES_LOOKED_AT_H_
#define AYNI_SERVICES_RULES_LOOKED_AT_H_

#include <string>

#include "absl/status/status.h"

namespace ayni::services {

// InvalidArgument where a request to decide on the record `name` has no etag: another one could have changed
// the record since.
absl::Status CheckLookedAt(const std::string& etag, const std::string& name);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_LOOKED_AT_H_
