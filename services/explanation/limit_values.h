// AuditService/ListLimitValues: what one more unit of each limit, TAP and offer would have been worth.
#ifndef AYNI_SERVICES_EXPLANATION_LIMIT_VALUES_H_
#define AYNI_SERVICES_EXPLANATION_LIMIT_VALUES_H_

#include <vector>

#include "ayni/v1/explanation.pb.h"
#include "services/explanation/explained_round.h"

namespace ayni::services {

// Those of a price above 0, the most valuable first, then cells, TAPs and offers in the order of the problem.
// Linear in the problem.
std::vector<v1::LimitValue> LimitValues(const ExplainedRound& round);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_EXPLANATION_LIMIT_VALUES_H_
