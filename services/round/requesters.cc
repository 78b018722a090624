#include "services/round/requesters.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

// The parties behind the needs, each with its place by name.
struct Requesters {
  std::vector<std::string> names;  // ascending
  std::vector<int32_t> of_need;    // by NeedIndex: position among the names
};

Requesters RequestersOf(const ClearedRound& cleared) {
  const NamedMarket& market = cleared.market;
  const std::vector<matcher::PartyIndex> groups = market.GroupsOn(cleared.today);
  Requesters requesters;
  std::vector<std::string> name_of_need;
  for (int32_t at = 0; at < market.market().need_count(); ++at) {
    std::string name = absl::StrCat("parties/", FirstId(market.NameOf(matcher::NeedIndex{at})));
    const matcher::PartyIndex party = market.FindParty(name);
    if (party.present()) name = market.NameOf(groups[party.at()]);
    name_of_need.push_back(std::move(name));
  }
  requesters.names = name_of_need;
  std::sort(requesters.names.begin(), requesters.names.end());
  requesters.names.erase(std::unique(requesters.names.begin(), requesters.names.end()),
                         requesters.names.end());
  absl::flat_hash_map<std::string, int32_t> position;
  for (const std::string& name : requesters.names)
    position.emplace(name, static_cast<int32_t>(position.size()));
  for (const std::string& name : name_of_need) requesters.of_need.push_back(position.at(name));
  return requesters;
}

// What the need's demand counts under the limit: money at the price of its cheapest candidate.
matcher::Amount DemandUnder(const ClearedRound& cleared, const matcher::Limit& limit, int32_t need) {
  const matcher::Problem& problem = cleared.posed.problem;
  const matcher::Units demand = problem.need_demand[need];
  if (limit.measure == matcher::LimitMeasure::kUnits || demand == 0) return demand;
  const matcher::Market& market = cleared.market.market();
  const matcher::Need row = market.need(matcher::NeedIndex{need});
  const int64_t begin = problem.need_edge_begin[need];
  matcher::MinorUnits lowest = matcher::PriceFor(row, market.offer(problem.edge_offer[begin]));
  for (int64_t edge = begin + 1; edge < problem.need_edge_begin[need + 1]; ++edge)
    lowest = std::min(lowest, matcher::PriceFor(row, market.offer(problem.edge_offer[edge])));
  return matcher::Measured(limit, demand, lowest);
}

struct Asked {
  matcher::SegmentIndex segment;
  int32_t requester = 0;
  matcher::Amount amount = 0;
};

}  // namespace

std::vector<LargestRequester> LargestRequesters(const ClearedRound& cleared) {
  const matcher::SegmentTable& table = cleared.posed.segments;
  const Requesters requesters = RequestersOf(cleared);
  std::vector<LargestRequester> largest(table.segments.size());
  std::vector<matcher::Amount> largest_amount(table.segments.size());
  std::vector<matcher::Amount> all(table.segments.size());
  for (size_t limit = 0; limit < table.limits.size(); ++limit) {
    std::vector<Asked> asked;
    for (int32_t need = 0; need < cleared.posed.problem.need_count(); ++need) {
      const matcher::SegmentIndex segment = table.need_segment[limit][need];
      if (!segment.present()) continue;
      asked.push_back({segment, requesters.of_need[need], DemandUnder(cleared, table.limits[limit], need)});
    }
    std::sort(asked.begin(), asked.end(), [](const Asked& a, const Asked& b) {
      return std::tie(a.segment, a.requester) < std::tie(b.segment, b.requester);
    });
    for (size_t at = 0; at < asked.size();) {
      const size_t segment = asked[at].segment.at();
      const int32_t requester = asked[at].requester;
      matcher::Amount amount = 0;
      for (; at < asked.size() && asked[at].segment.at() == segment && asked[at].requester == requester; ++at)
        amount = matcher::Plus(amount, asked[at].amount);
      all[segment] = matcher::Plus(all[segment], amount);
      if (amount <= largest_amount[segment]) continue;
      largest_amount[segment] = amount;
      largest[segment].party = requesters.names[requester];
    }
  }
  for (size_t at = 0; at < largest.size(); ++at) {
    if (all[at] == 0) continue;
    largest[at].share_basis_points = static_cast<int32_t>(static_cast<__int128>(largest_amount[at]) *
                                                          matcher::kWholeBasisPoints / all[at]);
  }
  return largest;
}

}  // namespace ayni::services
