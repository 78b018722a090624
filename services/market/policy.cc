#include "services/market/policy.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace ayni::services {
namespace {

matcher::ScoreRule ToScoreRule(const v1::Policy& policy) {
  const v1::ScoreWeights& weights = policy.score_weights();
  const v1::ExpectedSuccess& success = policy.expected_success();
  matcher::ScoreRule rule;
  rule.weights = {.fit = weights.fit(),
                  .distance = weights.distance(),
                  .price = weights.price(),
                  .expected_success = weights.expected_success(),
                  .language = weights.language(),
                  .waiting_time = weights.waiting_time(),
                  .wishes = weights.wishes(),
                  .urgency = weights.urgency()};
  rule.success_per_mille[static_cast<size_t>(matcher::TapModel::kCommunity)] = success.community_per_mille();
  rule.success_per_mille[static_cast<size_t>(matcher::TapModel::kEnterprise)] =
      success.enterprise_per_mille();
  rule.success_per_mille[static_cast<size_t>(matcher::TapModel::kPublic)] = success.public_per_mille();
  rule.success_per_mille[static_cast<size_t>(matcher::TapModel::kAcademic)] = success.academic_per_mille();
  rule.full_waiting_days = policy.full_waiting_days();
  return rule;
}

matcher::TerritoryLevel ToLevel(v1::TerritoryLevel level) {
  switch (level) {
    case v1::TERRITORY_LEVEL_COUNTRY:
      return matcher::TerritoryLevel::kCountry;
    case v1::TERRITORY_LEVEL_DEPARTMENT:
      return matcher::TerritoryLevel::kDepartment;
    case v1::TERRITORY_LEVEL_PROVINCE:
      return matcher::TerritoryLevel::kProvince;
    default:
      return matcher::TerritoryLevel::kDistrict;
  }
}

// A policy that asks for more must not be cleared as if it asked for less.
bool IsSupported(const v1::Policy& policy) {
  if (policy.reserves_size() + policy.floors_size() + policy.conflict_rules_size() > 0) return false;
  return std::all_of(policy.limits().begin(), policy.limits().end(), [](const v1::Limit& limit) {
    return limit.controller_level() <= v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP &&
           limit.basis() != v1::LIMIT_BASIS_MATCHED && !limit.by_service_family() &&
           limit.measure() != v1::LIMIT_MEASURE_MONEY && limit.exceptions_size() == 0;
  });
}

matcher::Limit ToLimit(const v1::Limit& limit) {
  return {.controller_level = limit.controller_level() == v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP
                                  ? matcher::ControllerLevel::kOwnershipGroup
                                  : matcher::ControllerLevel::kTap,
          .territory_level = ToLevel(limit.territory_level()),
          .by_value_chain = limit.by_value_chain(),
          .share_basis_points = limit.share_basis_points(),
          .window_days = limit.window_days(),
          .min_controllers = limit.min_controllers(),
          .thin_market_rule = limit.thin_market_rule() == v1::THIN_MARKET_RULE_ENFORCE
                                  ? matcher::ThinMarketRule::kEnforce
                                  : matcher::ThinMarketRule::kWaive};
}

}  // namespace

absl::StatusOr<EnginePolicy> ToEngine(const v1::Policy& policy) {
  if (!IsSupported(policy)) {
    return absl::InvalidArgumentError(
        absl::StrCat(policy.name(), ": asks for more than limits by demand on TAPs and ownership groups"));
  }
  EnginePolicy engine{ToScoreRule(policy), {}};
  for (const v1::Limit& limit : policy.limits()) engine.limits.push_back(ToLimit(limit));
  absl::Status status = matcher::Validate(engine.score_rule);
  if (status.ok()) status = matcher::Validate(engine.limits);
  if (!status.ok()) return absl::InvalidArgumentError(absl::StrCat(policy.name(), ": ", status.message()));
  return engine;
}

v1::ScoreParts ToRecord(const matcher::ScoreParts& parts) {
  v1::ScoreParts record;
  record.set_fit(parts.fit);
  record.set_distance(parts.distance);
  record.set_price(parts.price);
  record.set_expected_success(parts.expected_success);
  record.set_language(parts.language);
  record.set_waiting_time(parts.waiting_time);
  record.set_wishes(parts.wishes);
  record.set_urgency(parts.urgency);
  return record;
}

}  // namespace ayni::services
