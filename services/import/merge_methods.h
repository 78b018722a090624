// ConfirmMergeProposal and RejectMergeProposal: what an administrator decides of two parties that may be one.
#ifndef AYNI_SERVICES_IMPORT_MERGE_METHODS_H_
#define AYNI_SERVICES_IMPORT_MERGE_METHODS_H_

#include "services/method.h"
#include "services/resource/rules.h"
#include "storage/store.h"

namespace ayni::services {

// Relations that one merge rewrites, in its one commit.
inline constexpr size_t kMergedRelationsMax = 10'000;

// Adds both methods. REQUIRES: *store outlives every call; new_id may be called from any thread.
void AddMergeMethods(storage::Store* store, IdSource new_id, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_IMPORT_MERGE_METHODS_H_
