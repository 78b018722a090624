// Whether what a round states came of its problem and solution: value, bound, figures, shares and caps.
#ifndef AYNI_SERVICES_BUNDLE_OUTCOME_CHECK_H_
#define AYNI_SERVICES_BUNDLE_OUTCOME_CHECK_H_

#include <vector>

#include "services/bundle/bundle_check.h"

namespace ayni::services {

// Adds what is found of the proof, the smallest share, the summary, cells, reports, concentration and caps.
void CheckOutcome(const BundleContents& contents, std::vector<BundleFinding>* findings);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_BUNDLE_OUTCOME_CHECK_H_
