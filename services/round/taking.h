// What a match takes from its need and its offer, whoever makes it.
#ifndef AYNI_SERVICES_ROUND_TAKING_H_
#define AYNI_SERVICES_ROUND_TAKING_H_

#include <cstdint>
#include <string>

#include "ayni/v1/match.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer.pb.h"
#include "matcher/candidate.h"
#include "services/market/named_market.h"
#include "services/method.h"
#include "services/resource/resource_type.h"
#include "services/resource/stored.h"
#include "services/resource/time.h"
#include "services/resource/write.h"
#include "services/rules/resource_methods.h"
#include "storage/change.h"

namespace ayni::services {

void Take(int64_t units, v1::Need* need);
void Take(int64_t units, v1::Offer* offer);

// Puts the record with that many units less.
template <typename Record>
void AddTaken(const Call& call, const std::string& request_id, const StoredRecord& stored, int64_t units,
              storage::Change* change) {
  Record after = static_cast<const Record&>(*stored.record);
  Take(units, &after);
  *after.mutable_update_time() = LaterOf(after.update_time(), call.now);
  AddPut(call, request_id, KindOf<Record>(), stored, after, change);
}

// PROPOSED, of the two and what the candidate says of them, without a name, flags and origin. The offer is
// that of the candidate in the market.
v1::Match MakeMatch(const NamedMarket& market, const std::string& need, const matcher::Need& row,
                    const matcher::Candidate& candidate, matcher::Units units, absl::Time now);

// Copies what the TAP has to plan from the match's need.
void AddPlan(const v1::Need& need, v1::Match* match);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_TAKING_H_
