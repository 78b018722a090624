#include "services/market/policy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/conflict_rule.h"
#include "services/market/engine_day.h"

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
                  .urgency = weights.urgency(),
                  .training = weights.training(),
                  .origin = weights.origin()};
  rule.success_per_mille[static_cast<size_t>(matcher::TapModel::kCommunity)] = success.community_per_mille();
  rule.success_per_mille[static_cast<size_t>(matcher::TapModel::kEnterprise)] =
      success.enterprise_per_mille();
  rule.success_per_mille[static_cast<size_t>(matcher::TapModel::kPublic)] = success.public_per_mille();
  rule.success_per_mille[static_cast<size_t>(matcher::TapModel::kAcademic)] = success.academic_per_mille();
  rule.full_waiting_days = policy.full_waiting_days();
  rule.prior_strength = success.prior_strength();
  rule.survival_years_max = success.survival_years_max();
  rule.long_contract_days = policy.long_contract_days();
  return rule;
}

// What the market does not know meets nothing.
matcher::PublicRole ToRole(const NamedMarket& market, const v1::PublicRole& record) {
  matcher::PublicRole role;
  role.tap = market.FindTap(record.tap());
  for (const std::string& name : record.territories()) {
    if (const matcher::TerritoryIndex territory = market.FindTerritory(name); territory.present())
      role.territories.push_back(territory);
  }
  for (const std::string& name : record.services()) {
    if (const matcher::ServiceIndex service = market.FindService(name); service.present())
      role.services.push_back(service);
  }
  role.window = {record.has_start_date() ? DayOf(record.start_date()) : matcher::kDayMin,
                 record.has_end_date() ? DayOf(record.end_date()) : matcher::kDayMax};
  return role;
}

std::vector<matcher::PublicRole> RolesIn(const NamedMarket& market, const v1::Policy& policy) {
  std::vector<matcher::PublicRole> roles;
  for (const v1::PublicRole& role : policy.public_roles()) roles.push_back(ToRole(market, role));
  return roles;
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

matcher::LimitBasis ToBasis(v1::LimitBasis basis) {
  switch (basis) {
    case v1::LIMIT_BASIS_MATCHED:
      return matcher::LimitBasis::kMatched;
    case v1::LIMIT_BASIS_OFFERED:
      return matcher::LimitBasis::kOffered;
    default:
      return matcher::LimitBasis::kDemand;
  }
}

// The records' enumerators and the engine's run side by side, but for the first, which is none.
static_assert(static_cast<int>(matcher::ControllerLevel::kFunder) == v1::CONTROLLER_LEVEL_FUNDER - 1);
static_assert(static_cast<int>(matcher::ControllerLevel::kSupplier) == v1::CONTROLLER_LEVEL_SUPPLIER - 1);

matcher::Limit ToLimit(const v1::Limit& limit) {
  const int level =
      std::clamp<int>(limit.controller_level(), v1::CONTROLLER_LEVEL_TAP, v1::CONTROLLER_LEVEL_FUNDER);
  return {.controller_level = static_cast<matcher::ControllerLevel>(level - 1),
          .territory_level = ToLevel(limit.territory_level()),
          .by_family = limit.by_service_family(),
          .by_value_chain = limit.by_value_chain(),
          .basis = ToBasis(limit.basis()),
          .measure = limit.measure() == v1::LIMIT_MEASURE_MONEY ? matcher::LimitMeasure::kMoney
                                                                : matcher::LimitMeasure::kUnits,
          .share_basis_points = limit.share_basis_points(),
          .window_days = limit.window_days(),
          .min_controllers = limit.min_controllers(),
          .thin_market_rule = limit.thin_market_rule() == v1::THIN_MARKET_RULE_ENFORCE
                                  ? matcher::ThinMarketRule::kEnforce
                                  : matcher::ThinMarketRule::kWaive};
}

matcher::TapClass ToClass(const v1::TapClass& taps) {
  matcher::TapClass engine{.model = static_cast<matcher::TapModel>(std::clamp<int>(
                               taps.model(), 0, static_cast<int>(matcher::TapModel::kAcademic))),
                           .gender = static_cast<matcher::Gender>(
                               std::clamp<int>(taps.gender(), 0, static_cast<int>(matcher::Gender::kOther))),
                           .certified_days_max = taps.certified_days_max()};
  if (taps.has_outcome_count_max()) engine.outcome_count_max = taps.outcome_count_max();
  return engine;
}

matcher::Reserve ToReserve(const v1::Reserve& reserve) {
  return {.taps = ToClass(reserve.taps()),
          .territory_level = ToLevel(reserve.territory_level()),
          .by_value_chain = reserve.by_value_chain(),
          .share_basis_points = reserve.share_basis_points(),
          .penalty = reserve.penalty()};
}

CountryRules ToCountryRules(const v1::Policy& policy, NamedMarket* market) {
  std::vector<CountryRule> rules;
  for (const v1::CountryProfile& profile : policy.country_profiles()) {
    CountryRule& rule = rules.emplace_back();
    rule.country = market->ToTerritory(profile.territory());
    rule.least_practising_months = profile.least_practising_months();
    for (const v1::ProviderCap& cap : profile.provider_caps())
      rule.caps.push_back({cap.years(), std::min<int64_t>(cap.quantity(), matcher::kUnitsMax)});
  }
  return CountryRules(std::move(rules));
}

}  // namespace

absl::StatusOr<EnginePolicy> ToEngine(const v1::Policy& policy) {
  EnginePolicy engine;
  engine.score_rule = ToScoreRule(policy);
  for (const v1::Limit& limit : policy.limits()) engine.limits.push_back(ToLimit(limit));
  for (const v1::Reserve& reserve : policy.reserves()) engine.reserves.push_back(ToReserve(reserve));
  for (const v1::Floor& floor : policy.floors())
    engine.floors.push_back({ToClass(floor.taps()), floor.quantity(), floor.penalty()});
  absl::Status status = matcher::Validate(engine.score_rule);
  if (status.ok()) status = matcher::Validate(engine.limits);
  if (status.ok()) status = matcher::Validate(engine.reserves, engine.floors);
  if (status.ok()) status = matcher::Validate(ConflictRulesOf(policy));
  if (!status.ok()) return absl::InvalidArgumentError(absl::StrCat(policy.name(), ": ", status.message()));
  return engine;
}

void NameRules(const v1::Policy& record, NamedMarket* market, EnginePolicy* policy) {
  for (int at = 0; at < record.limits_size(); ++at) {
    for (const v1::LimitException& exception : record.limits(at).exceptions())
      policy->limits[at].exceptions.push_back(market->ToException(exception));
  }
  for (int at = 0; at < record.reserves_size(); ++at) {
    for (const std::string& chain : record.reserves(at).value_chains())
      policy->reserves[at].chains.push_back(market->ToChain(chain));
  }
  policy->score_rule.public_roles = RolesIn(*market, record);
  policy->countries = ToCountryRules(record, market);
}

matcher::ScoreRule ScoreRuleIn(const NamedMarket& market, const v1::Policy& policy) {
  matcher::ScoreRule rule = ToScoreRule(policy);
  rule.public_roles = RolesIn(market, policy);
  return rule;
}

int32_t LongestWindow(const std::vector<matcher::Limit>& limits) {
  int32_t days = 0;
  for (const matcher::Limit& limit : limits) days = std::max(days, limit.window_days);
  return days;
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
  record.set_training(parts.training);
  record.set_origin(parts.origin);
  return record;
}

}  // namespace ayni::services
