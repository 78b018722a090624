// A match as it is proposed, by a round or between rounds.
#ifndef AYNI_SERVICES_ROUND_MATCH_RECORD_H_
#define AYNI_SERVICES_ROUND_MATCH_RECORD_H_

#include <string>

#include "absl/time/time.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/policy.pb.h"
#include "matcher/candidate.h"
#include "services/market/named_market.h"

namespace ayni::services {

// PROPOSED, of the two and what the candidate says of them, without a name, flags and origin. The offer is
// that of the candidate in the market.
v1::Match MakeMatch(const NamedMarket& market, const std::string& need, const matcher::Need& row,
                    const matcher::Candidate& candidate, matcher::Units units, absl::Time now);

// Adds until when it may be accepted, and copies what the TAP has to plan from the match's
// need, and under which agreement that is asked for.
void AddPlan(const v1::Need& need, const v1::MatchTerms& terms, v1::Match* match);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_MATCH_RECORD_H_
