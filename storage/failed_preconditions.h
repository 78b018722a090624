// The status of a change whose preconditions did not hold, and the keys that it names.
#ifndef AYNI_STORAGE_FAILED_PRECONDITIONS_H_
#define AYNI_STORAGE_FAILED_PRECONDITIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "storage/change.h"

namespace ayni::storage {

// AlreadyExists where all that failed wanted their key absent; Aborted otherwise. The keys travel with the
// status. REQUIRES: failed is not empty.
absl::Status PreconditionsFailed(const std::vector<const Precondition*>& failed);

// All keys whose preconditions failed, in the order of the change; empty for every other status.
std::vector<std::string> ConflictingKeys(const absl::Status& status);

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_FAILED_PRECONDITIONS_H_
