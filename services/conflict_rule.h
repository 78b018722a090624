// A policy's conflict rules and what they look at, as the engine takes them.
#ifndef AYNI_SERVICES_CONFLICT_RULE_H_
#define AYNI_SERVICES_CONFLICT_RULE_H_

#include <vector>

#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/conflict.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"
#include "matcher/conflict_rule.h"

namespace ayni::services {

// Takes any rule: matcher::FaultsOf says what is wrong with it.
matcher::ConflictRule ToEngine(const v1::ConflictRule& rule);
// Position by position those of the record.
std::vector<matcher::ConflictRule> ConflictRulesOf(const v1::Policy& policy);

matcher::PartyRoles RolesOf(const v1::Party& party);
// None for a service without advice.
matcher::AdviceKinds KindsOf(v1::Advice advice);
v1::ConflictSeverity ToRecord(matcher::ConflictSeverity severity);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_CONFLICT_RULE_H_
