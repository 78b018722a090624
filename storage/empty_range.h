// How many keys begin with a prefix, at the moment of a commit.
#ifndef AYNI_STORAGE_EMPTY_RANGE_H_
#define AYNI_STORAGE_EMPTY_RANGE_H_

#include "absl/status/statusor.h"
#include "storage/change.h"
#include "storage/group_batch.h"
#include "storage/rocksdb_database.h"

namespace ayni::storage {

// Whether a precondition NoRecord, NoIndexKey or IndexKeyCount holds: of the database, and of what the batch
// adds to it. On the committer's thread, which nothing else writes beside. Costs a seek, and looks at all
// that the batch holds: for what is rare. REQUIRES: precondition.is_of_range().
absl::StatusOr<bool> RangeHolds(const Database& database, const GroupBatch& batch,
                                const Precondition& precondition);

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_EMPTY_RANGE_H_
