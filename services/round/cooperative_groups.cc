#include "services/round/cooperative_groups.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

using matcher::Units;

// The most that one edge could be given with all else left out; 0 where that is less than its lot.
Units MostOf(const matcher::Problem& problem, int32_t need, int64_t edge) {
  const size_t offer = problem.edge_offer[edge].at();
  Units most = std::min({problem.need_demand[need], problem.edge_bound[edge], problem.offer_capacity[offer]});
  if (problem.offer_tap[offer].present())
    most = std::min(most, problem.tap_capacity[problem.offer_tap[offer].at()]);
  for (int64_t at = problem.edge_cell_begin[edge]; at < problem.edge_cell_begin[edge + 1]; ++at)
    most = std::min(most, problem.cell_room[problem.edge_cell[at].at()]);
  return most < problem.offer_lot[offer] ? 0 : most;
}

struct Served {
  Units asked = 0;
  Units given = 0;
  bool could_be = false;
};

std::vector<Served> ServedByGroup(const matcher::Problem& problem, const matcher::NeedGroups& groups,
                                  const std::vector<Units>& edge_units) {
  std::vector<Served> served(groups.count);
  for (int32_t need = 0; need < problem.need_count(); ++need) {
    Served& group = served[groups.need_group[need]];
    group.asked += problem.need_demand[need];
    for (int64_t edge = problem.need_edge_begin[need]; edge < problem.need_edge_begin[need + 1]; ++edge) {
      group.given += edge_units[edge];
      group.could_be = group.could_be || MostOf(problem, need, edge) > 0;
    }
  }
  return served;
}

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
  std::map<std::string, std::vector<int32_t>> needs_of;
  for (int32_t need = 0; need < need_count; ++need) {
    const std::string name = market.NameOf(matcher::NeedIndex{need});
    needs_of[absl::StrCat("parties/", FirstId(name))].push_back(need);
  }
  CooperativeGroups made;
  made.groups.need_group.resize(need_count);
  for (const auto& [cooperative, needs] : needs_of) {
    for (const int32_t need : needs) made.groups.need_group[need] = made.groups.count;
    made.cooperatives.push_back(cooperative);
    ++made.groups.count;
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
                                  const std::vector<Units>& edge_units,
                                  const matcher::MinimumCertificate& certificate) {
  v1::SmallestShare smallest;
  smallest.set_share_ppm(certificate.share);
  smallest.set_upper_bound_ppm(certificate.upper_bound);
  const std::vector<Served> served = ServedByGroup(problem, cooperatives.groups, edge_units);
  for (int32_t group = 0; group < cooperatives.groups.count; ++group) {
    const Served& of_group = served[group];
    if (!of_group.could_be || matcher::kShareMax * of_group.given / of_group.asked != certificate.share)
      continue;
    if (smallest.cooperative_count() == 0) smallest.set_cooperative(cooperatives.cooperatives[group]);
    smallest.set_cooperative_count(smallest.cooperative_count() + 1);
  }
  return smallest;
}

}  // namespace ayni::services
