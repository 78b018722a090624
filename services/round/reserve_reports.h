// What the reserves and floors of a policy kept, brought and cost in a round.
#ifndef AYNI_SERVICES_ROUND_RESERVE_REPORTS_H_
#define AYNI_SERVICES_ROUND_RESERVE_REPORTS_H_

#include "absl/types/span.h"
#include "ayni/v1/round.pb.h"
#include "services/round/round_records.h"

namespace ayni::services {

// Nothing where the policy has none. REQUIRES: matched is of the cleared round.
void AddReserveReports(const ClearedRound& cleared, absl::Span<const MatchedEdge> matched,
                       v1::RoundSummary* summary);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_RESERVE_REPORTS_H_
