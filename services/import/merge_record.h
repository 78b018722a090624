// Merge proposals as records: the parties that may be one, or were found to be.
#ifndef AYNI_SERVICES_IMPORT_MERGE_RECORD_H_
#define AYNI_SERVICES_IMPORT_MERGE_RECORD_H_

#include <string>

#include "absl/strings/string_view.h"
#include "ayni/v1/merge.pb.h"
#include "services/resource/store_view.h"

namespace ayni::services {

// Of a party that was merged into one that was merged in its turn.
inline constexpr int kMergeHopsMax = 16;

// The same for a pair in either order, so that a pair that was decided is known again.
std::string MergeProposalName(absl::string_view party, absl::string_view other);

// The stored party that goes by the name now: the party of that name, or the one that it was merged into.
// Empty where there is none.
std::string MergedParty(absl::string_view name, StoreView* stored);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_IMPORT_MERGE_RECORD_H_
