#include "services/round/cooperative_groups.h"

#include <algorithm>
#include <map>
#include <utility>

#include "matcher/group_gauge.h"
#include "services/invariant.h"

namespace ayni::services {
namespace {

using matcher::Units;

// The largest level at which these, none above it, come to at most kUnitsMax.
Units LevelOf(std::vector<Units> demands) {
  std::sort(demands.begin(), demands.end());
  Units left = matcher::kUnitsMax;
  auto count = static_cast<Units>(demands.size());
  for (const Units demand : demands) {
    if (demand > left / count) return left / count;
    left -= demand;
    --count;
  }
  return matcher::kUnitsMax;
}

}  // namespace

CooperativeGroups GroupByCooperative(const NamedMarket& market) {
  const int32_t need_count = market.market().need_count();
  std::map<matcher::PartyIndex, std::vector<int32_t>> needs_of;
  for (int32_t need = 0; need < need_count; ++need) {
    const matcher::PartyIndex cooperative = market.FindParty(market.NameOf(matcher::NeedIndex{need}));
    INVARIANT(cooperative.present(), "a need's cooperative is in the market");
    needs_of[cooperative].push_back(need);
  }
  CooperativeGroups made;
  made.groups.need_group.resize(need_count);
  for (const auto& [cooperative, needs] : needs_of) {
    for (const int32_t need : needs) made.groups.need_group[need] = made.groups.count;
    made.names.push_back(market.NameOf(cooperative));
    ++made.groups.count;
  }
  return made;
}

CooperativeGroups GroupByNeed(const NamedMarket& market) {
  const int32_t need_count = market.market().need_count();
  CooperativeGroups made;
  made.are_needs = true;
  made.groups.count = need_count;
  for (int32_t need = 0; need < need_count; ++need) {
    made.groups.need_group.push_back(need);
    made.names.push_back(market.NameOf(matcher::NeedIndex{need}));
  }
  return made;
}

void HoldToUnitsMax(const matcher::NeedGroups& groups, matcher::Problem* problem) {
  std::vector<Units> asked(groups.count, 0);
  for (int32_t need = 0; need < problem->need_count(); ++need)
    asked[groups.need_group[need]] += problem->need_demand[need];
  std::map<int32_t, std::vector<int32_t>> needs_above;
  for (int32_t need = 0; need < problem->need_count(); ++need) {
    const int32_t group = groups.need_group[need];
    if (asked[group] > matcher::kUnitsMax) needs_above[group].push_back(need);
  }
  for (const auto& [group, needs] : needs_above) {
    std::vector<Units> demands;
    for (const int32_t need : needs) demands.push_back(problem->need_demand[need]);
    const Units level = LevelOf(std::move(demands));
    for (const int32_t need : needs) problem->need_demand[need] = std::min(problem->need_demand[need], level);
  }
}

v1::SmallestShare SmallestShareOf(const matcher::Problem& problem, const CooperativeGroups& cooperatives,
                                  matcher::Measure measure, const std::vector<Units>& edge_units,
                                  const matcher::MinimumCertificate& certificate) {
  v1::SmallestShare smallest;
  if (measure == matcher::Measure::kServedShare) {
    smallest.set_share_ppm(certificate.smallest);
    smallest.set_upper_bound_ppm(certificate.upper_bound);
  } else {
    smallest.set_score_sum(certificate.smallest);
    smallest.set_score_sum_upper_bound(certificate.upper_bound);
  }
  const matcher::GroupGauge gauge(problem, cooperatives.groups, measure);
  const std::vector<int64_t> given = gauge.Given(edge_units);
  int64_t count = 0;
  for (int32_t group = 0; group < cooperatives.groups.count; ++group) {
    if (!gauge.Counts(group) || gauge.Of(group, given[group]) != certificate.smallest) continue;
    if (++count > 1) continue;
    const std::string& name = cooperatives.names[group];
    cooperatives.are_needs ? smallest.set_need(name) : smallest.set_cooperative(name);
  }
  cooperatives.are_needs ? smallest.set_need_count(count) : smallest.set_cooperative_count(count);
  return smallest;
}

}  // namespace ayni::services
