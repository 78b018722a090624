// A policy record as what the engine takes.
#ifndef AYNI_SERVICES_MARKET_POLICY_H_
#define AYNI_SERVICES_MARKET_POLICY_H_

#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/policy.pb.h"
#include "matcher/limit.h"
#include "matcher/score.h"

namespace ayni::services {

struct EnginePolicy {
  matcher::ScoreRule score_rule;
  std::vector<matcher::Limit> limits;  // position by position those of the record
};

// InvalidArgument, naming the policy, where the engine would refuse it.
absl::StatusOr<EnginePolicy> ToEngine(const v1::Policy& policy);

v1::ScoreParts ToRecord(const matcher::ScoreParts& parts);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_POLICY_H_
