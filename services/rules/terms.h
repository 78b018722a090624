// Terms: what both sides of a match plan by. They are fixed while a match holds, and free again once it came
// to nothing.
#ifndef AYNI_SERVICES_RULES_TERMS_H_
#define AYNI_SERVICES_RULES_TERMS_H_

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "services/rules/rules.h"

namespace ayni::services {

// FailedPrecondition where one of the fields `terms` differs in the two records, with these, with the match
// of `reference` that holds, and with the fields that may still be changed. REQUIRES: a match holds units of
// `before`.
absl::Status PermitTerms(const Admission& admission, const google::protobuf::Message& before,
                         const google::protobuf::Message& after, absl::Span<const char* const> terms,
                         const Reference& reference);

// The matches that name the record in `field`. One that came to nothing keeps nobody.
Reference MatchesOf(const char* field);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_TERMS_H_
