// A policy record as what the engine takes.
#ifndef AYNI_SERVICES_MARKET_POLICY_H_
#define AYNI_SERVICES_MARKET_POLICY_H_

#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/policy.pb.h"
#include "matcher/limit_problem.h"
#include "matcher/score.h"
#include "services/market/country_rules.h"
#include "services/market/named_market.h"

namespace ayni::services {

struct EnginePolicy {
  matcher::ScoreRule score_rule;
  // Position by position those of the record. Exceptions, value chains, countries and the score rule's public
  // roles are of a market: see NameRules.
  std::vector<matcher::Limit> limits;
  std::vector<matcher::Reserve> reserves;
  std::vector<matcher::Floor> floors;
  CountryRules countries;

  matcher::Rules rules() const { return {limits, reserves, floors}; }
};

// Without what NameRules adds. InvalidArgument, naming the policy, where the engine would refuse it.
absl::StatusOr<EnginePolicy> ToEngine(const v1::Policy& policy);
// Adds the limits' exceptions, the reserves' value chains, the public roles and the countries, by the
// market's indices. REQUIRES: the engine's policy is of the record, and has none yet.
void NameRules(const v1::Policy& record, NamedMarket* market, EnginePolicy* policy);

// Days before a round in which what was given may still count; 0 without limits.
int32_t LongestWindow(const std::vector<matcher::Limit>& limits);

// By what the policy scores in that market, public roles and all.
matcher::ScoreRule ScoreRuleIn(const NamedMarket& market, const v1::Policy& policy);

v1::ScoreParts ToRecord(const matcher::ScoreParts& parts);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_POLICY_H_
