// What the ledger has of a round's bundle: its leaves, their proofs, and the checkpoint that holds them.
#ifndef AYNI_SERVICES_ROUND_BUNDLE_LEDGER_H_
#define AYNI_SERVICES_ROUND_BUNDLE_LEDGER_H_

#include <string>

#include "absl/status/statusor.h"
#include "ayni/v1/bundle.pb.h"
#include "services/ledger/notary.h"
#include "services/round/round_bundle.h"
#include "storage/store.h"

namespace ayni::services {

// The bundle's format, checkpoint and leaves. The checkpoint is the first that holds the publication and that
// every witness has cosigned; where there is none, the first that holds it; where there is none, one is
// signed. So the same bundle comes of every call, until the witnesses have cosigned. Reads the whole ledger.
// DataLoss where a leaf is missing.
absl::StatusOr<v1::RoundBundle> LedgerPartOf(const storage::Store& store, Notary* notary,
                                             const v1::Round& round, const BundleRecords& records);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_BUNDLE_LEDGER_H_
