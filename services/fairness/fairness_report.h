// The fairness report of a tally, as its reader may see it.
#ifndef AYNI_SERVICES_FAIRNESS_FAIRNESS_REPORT_H_
#define AYNI_SERVICES_FAIRNESS_FAIRNESS_REPORT_H_

#include "ayni/v1/fairness.pb.h"
#include "services/fairness/fairness_tally.h"
#include "services/fairness/group_tally.h"

namespace ayni::services {

// Without what the request said (round and dates) and waivers. In FAIRNESS_VIEW_PUBLIC what is kept back is
// not used for anything that is shown, either.
v1::FairnessReport MakeFairnessReport(const FairnessTally& tally, const GroupTally& groups,
                                      v1::FairnessView view);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_FAIRNESS_FAIRNESS_REPORT_H_
