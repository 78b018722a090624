// AuditService/ExplainTap: the needs for which a TAP was passed over.
#ifndef AYNI_SERVICES_EXPLANATION_EXPLAIN_TAP_H_
#define AYNI_SERVICES_EXPLANATION_EXPLAIN_TAP_H_

#include <string>

#include "absl/status/statusor.h"
#include "ayni/v1/audit_service.pb.h"
#include "services/explanation/explained_round.h"
#include "services/method.h"
#include "services/reason_texts.h"
#include "services/resource/page.h"

namespace ayni::services {

// One row a need, of the best of the TAP's offers: one that was a candidate, or else one that a single
// obstacle kept from it, which was near. Each row tells at most one thing of the need's highest price: that
// all of the TAP's prices are above it.
absl::StatusOr<v1::ExplainTapResponse> ExplainTap(const ExplainedRound& round, const Caller& caller,
                                                  TextLanguage language, const std::string& tap,
                                                  const Page& page);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_EXPLANATION_EXPLAIN_TAP_H_
