// Whether a bundle's solution keeps every constraint, is worth what the round states, and is as near to the
// best possible as it states: by matcher/verify.h, which shares no code with what clears.
#ifndef AYNI_SERVICES_BUNDLE_PROOF_CHECK_H_
#define AYNI_SERVICES_BUNDLE_PROOF_CHECK_H_

#include <vector>

#include "services/bundle/bundle_check.h"

namespace ayni::services {

// Adds what is found of the smallest share, where there is one, and of the proof.
void CheckProof(const BundleContents& contents, std::vector<BundleFinding>* findings);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_BUNDLE_PROOF_CHECK_H_
