// AuditService/ExplainNeed: why a need was given what it was given.
#ifndef AYNI_SERVICES_EXPLANATION_EXPLAIN_NEED_H_
#define AYNI_SERVICES_EXPLANATION_EXPLAIN_NEED_H_

#include <functional>

#include "absl/status/statusor.h"
#include "ayni/v1/audit_service.pb.h"
#include "services/explanation/explained_round.h"
#include "services/method.h"
#include "services/reason_texts.h"

namespace ayni::services {

// FailedPrecondition where the round did not ask for the need: it was not in the market at the round's
// snapshot, had nothing open, or its days were over; errors as of ClearRound where
// changes are checked. REQUIRES: the caller may see the need.
absl::StatusOr<v1::ExplainNeedResponse> ExplainNeed(const ExplainedRound& round, const Caller& caller,
                                                    TextLanguage language,
                                                    const v1::ExplainNeedRequest& request,
                                                    const std::function<bool()>& stop);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_EXPLANATION_EXPLAIN_NEED_H_
