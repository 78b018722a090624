// Who is served alike under MAXMIN: the cooperatives, each with all of its needs in the round, or the needs.
#ifndef AYNI_SERVICES_ROUND_COOPERATIVE_GROUPS_H_
#define AYNI_SERVICES_ROUND_COOPERATIVE_GROUPS_H_

#include <string>
#include <vector>

#include "ayni/v1/round.pb.h"
#include "matcher/minimum.h"
#include "matcher/problem.h"
#include "matcher/verify.h"
#include "services/market/named_market.h"

namespace ayni::services {

struct CooperativeGroups {
  bool are_needs = false;
  std::vector<std::string> names;  // by group: parties/{party} or needs, in the market's order
  matcher::NeedGroups groups;      // by need of the market
};

CooperativeGroups GroupByCooperative(const NamedMarket& market);
// Each need for itself.
CooperativeGroups GroupByNeed(const NamedMarket& market);

// Holds the largest needs of a cooperative that asks for more than the engine takes of one group, which is
// kUnitsMax, to a level at which they fit: nobody can stop a round by posting. REQUIRES: the groups are of
// the problem's needs.
void HoldToUnitsMax(const matcher::NeedGroups& groups, matcher::Problem* problem);

// Who has the certificate's smallest, by the definition of matcher/minimum.h. REQUIRES: the certificate is of
// these units.
v1::SmallestShare SmallestShareOf(const matcher::Problem& problem, const CooperativeGroups& cooperatives,
                                  matcher::Measure measure, const std::vector<matcher::Units>& edge_units,
                                  const matcher::MinimumCertificate& certificate);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_COOPERATIVE_GROUPS_H_
