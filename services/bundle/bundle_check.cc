#include "services/bundle/bundle_check.h"

#include "services/bundle/ledger_check.h"
#include "services/bundle/outcome_check.h"

namespace ayni::services {

std::vector<BundleFinding> CheckBundle(const BundleContents& contents, const BundleCheckOptions& options) {
  std::vector<BundleFinding> findings;
  CheckLedger(contents, options, &findings);
  CheckOutcome(contents, &findings);
  return findings;
}

}  // namespace ayni::services
