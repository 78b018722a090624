// Whether the ledger holds what a bundle says that it holds, and in that order.
#ifndef AYNI_SERVICES_BUNDLE_LEDGER_CHECK_H_
#define AYNI_SERVICES_BUNDLE_LEDGER_CHECK_H_

#include <vector>

#include "services/bundle/bundle_check.h"

namespace ayni::services {

// Adds what is found of the checkpoint, the leaves, their order, the seed and the digests.
void CheckLedger(const BundleContents& contents, const BundleCheckOptions& options,
                 std::vector<BundleFinding>* findings);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_BUNDLE_LEDGER_CHECK_H_
