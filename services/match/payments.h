// What is due for a match, and whether payments come to it.
#ifndef AYNI_SERVICES_MATCH_PAYMENTS_H_
#define AYNI_SERVICES_MATCH_PAYMENTS_H_

#include <google/protobuf/repeated_ptr_field.h>

#include <cstdint>

#include "ayni/v1/match.pb.h"
#include "ayni/v1/offer.pb.h"
#include "services/resource/violations.h"
#include "services/subsidy.h"

namespace ayni::services {

// For so many units at the match's price under the offer's charge: of a subsidised one producers pay their
// share, the match's own where it has one; of an embedded one nobody pays, since the product's price holds
// it.
Due DueFor(const v1::Match& match, const v1::Offer& offer, int64_t units);

// Adds what keeps the request's field payments from being what is due for the units that were confirmed.
void CheckPayments(const v1::Match& match, const v1::Offer& offer,
                   const google::protobuf::RepeatedPtrField<v1::Payment>& payments, Violations* violations);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MATCH_PAYMENTS_H_
