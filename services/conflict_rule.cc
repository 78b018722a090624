#include "services/conflict_rule.h"

#include <algorithm>

namespace ayni::services {
namespace {

// The records' enumerators and the engine's run side by side.
static_assert(static_cast<int>(matcher::RelationType::kRecommends) == v1::RELATION_TYPE_RECOMMENDS);
static_assert(matcher::kRelationTypeCount == v1::RelationType_ARRAYSIZE);
static_assert(static_cast<int>(matcher::PartyRole::kPerson) == v1::PARTY_ROLE_PERSON);

template <typename List>
matcher::RelationTypes TypesOf(const List& types) {
  matcher::RelationTypes bits = 0;
  for (const int type : types) {
    if (type > 0 && type < matcher::kRelationTypeCount)
      bits |= matcher::TypeBit(static_cast<matcher::RelationType>(type));
  }
  return bits;
}

matcher::PartyRoles BitOf(v1::PartyRole role) {
  if (role <= v1::PARTY_ROLE_UNSPECIFIED || role > v1::PARTY_ROLE_PERSON) return 0;
  return matcher::RoleBit(static_cast<matcher::PartyRole>(role));
}

matcher::ConflictStep ToStep(const v1::ConflictStep& step) {
  return {.types = TypesOf(step.types()),
          .against = step.against(),
          .least_share = matcher::ToShare(step.least_share_basis_points()),
          .repeats_max = std::max(1, step.repeats_max()),
          .roles = BitOf(step.role()),
          .optional = step.optional(),
          .ended_days_max = step.ended_days_max(),
          .ends_in_window = step.ends_in_window(),
          .blood_degree_max = step.blood_degree_max(),
          .affinity_degree_max = step.affinity_degree_max()};
}

matcher::ConflictEnd ToEnd(v1::ConflictEnd end) {
  if (end == v1::CONFLICT_END_COOPERATIVE) return matcher::ConflictEnd::kCooperative;
  return end == v1::CONFLICT_END_TAP ? matcher::ConflictEnd::kTap : matcher::ConflictEnd::kAny;
}

matcher::ConflictSeverity ToSeverity(v1::ConflictSeverity severity) {
  if (severity == v1::CONFLICT_SEVERITY_BLOCK) return matcher::ConflictSeverity::kBlock;
  return severity == v1::CONFLICT_SEVERITY_FLAG ? matcher::ConflictSeverity::kFlag
                                                : matcher::ConflictSeverity::kDisclose;
}

}  // namespace

matcher::ConflictRule ToEngine(const v1::ConflictRule& rule) {
  matcher::ConflictRule engine;
  engine.severity = ToSeverity(rule.severity());
  for (const v1::ConflictStep& step : rule.steps()) engine.steps.push_back(ToStep(step));
  engine.end = ToEnd(rule.end());
  engine.tap_roles = BitOf(rule.tap_role());
  for (const int advice : rule.advice()) engine.advice |= KindsOf(static_cast<v1::Advice>(advice));
  engine.total_share = matcher::ToShare(rule.total_share_basis_points());
  engine.lifted_by = TypesOf(rule.lifted_by());
  return engine;
}

std::vector<matcher::ConflictRule> ConflictRulesOf(const v1::Policy& policy) {
  std::vector<matcher::ConflictRule> rules;
  for (const v1::ConflictRule& rule : policy.conflict_rules()) rules.push_back(ToEngine(rule));
  return rules;
}

matcher::PartyRoles RolesOf(const v1::Party& party) {
  matcher::PartyRoles roles = 0;
  for (const int role : party.roles()) roles |= BitOf(static_cast<v1::PartyRole>(role));
  return roles;
}

matcher::AdviceKinds KindsOf(v1::Advice advice) {
  if (advice <= v1::ADVICE_UNSPECIFIED || advice > v1::ADVICE_INDEPENDENT) return 0;
  return static_cast<matcher::AdviceKinds>(1 << advice);
}

v1::ConflictSeverity ToRecord(matcher::ConflictSeverity severity) {
  switch (severity) {
    case matcher::ConflictSeverity::kBlock:
      return v1::CONFLICT_SEVERITY_BLOCK;
    case matcher::ConflictSeverity::kFlag:
      return v1::CONFLICT_SEVERITY_FLAG;
    case matcher::ConflictSeverity::kDisclose:
      return v1::CONFLICT_SEVERITY_DISCLOSE;
  }
  return v1::CONFLICT_SEVERITY_UNSPECIFIED;
}

}  // namespace ayni::services
