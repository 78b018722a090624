#include "matcher/ownership.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "matcher/invariant.h"

namespace ayni::matcher {
namespace {

// A share in fixed point, fine enough that three links multiply without rounding.
using Share = int64_t;
constexpr Share kWhole = 100'000'000'000'000;
static_assert(kWhole <= INT64_MAX / kWholeBasisPoints);
constexpr Share kGroupShare = kWhole / kWholeBasisPoints * kGroupBasisPoints;

struct Link {
  PartyIndex owner;
  PartyIndex owned;
  int32_t share_basis_points;
};

// Links as of the day, ascending by owner and owned, each pair once.
std::vector<Link> LinksOn(absl::Span<const Ownership> ownerships, Day day) {
  std::vector<Link> links;
  for (const Ownership& ownership : ownerships) {
    if (day < ownership.window.first || day > ownership.window.last || ownership.owner == ownership.owned)
      continue;
    links.push_back({ownership.owner, ownership.owned, ownership.share_basis_points});
  }
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) {
    return std::tie(a.owner, a.owned) < std::tie(b.owner, b.owned);
  });
  size_t kept = 0;
  for (const Link& link : links) {
    if (kept > 0 && links[kept - 1].owner == link.owner && links[kept - 1].owned == link.owned) {
      int32_t& share = links[kept - 1].share_basis_points;
      share = std::max(share, link.share_basis_points);
    } else {
      links[kept++] = link;
    }
  }
  links.resize(kept);
  for (Link& link : links) {
    if (link.share_basis_points > kHalfBasisPoints) link.share_basis_points = kWholeBasisPoints;
  }
  return links;
}

absl::Span<const Link> LinksOf(const std::vector<Link>& links, PartyIndex owner) {
  const auto begin =
      std::partition_point(links.begin(), links.end(), [owner](const Link& a) { return a.owner < owner; });
  const auto end =
      std::partition_point(begin, links.end(), [owner](const Link& a) { return a.owner == owner; });
  return absl::MakeConstSpan(links.data() + (begin - links.begin()), end - begin);
}

// What the owner owns of every party that a chain reaches.
std::map<PartyIndex, Share> Holdings(const std::vector<Link>& links, PartyIndex owner) {
  std::map<PartyIndex, Share> total;
  std::map<PartyIndex, Share> reached = {{owner, kWhole}};
  for (int length = 1; length <= kOwnershipChainMax && !reached.empty(); ++length) {
    std::map<PartyIndex, Share> further;
    for (const auto& [party, share] : reached) {
      for (const Link& link : LinksOf(links, party)) {
        if (link.owned == owner) continue;
        Share& held = further[link.owned];
        held = std::min(held + share * link.share_basis_points / kWholeBasisPoints, kWhole);
      }
    }
    for (const auto& [party, share] : further) total[party] = std::min(total[party] + share, kWhole);
    reached = std::move(further);
  }
  return total;
}

PartyIndex Root(std::vector<PartyIndex>& group, PartyIndex party) {
  while (group[party.at()] != party) {
    group[party.at()] = group[group[party.at()].at()];
    party = group[party.at()];
  }
  return party;
}

}  // namespace

std::vector<PartyIndex> OwnershipGroups(int32_t party_count, absl::Span<const Ownership> ownerships,
                                        Day day) {
  std::vector<PartyIndex> group(party_count);
  for (int32_t at = 0; at < party_count; ++at) group[at] = PartyIndex{at};
  const std::vector<Link> links = LinksOn(ownerships, day);
  for (size_t at = 0; at < links.size(); ++at) {
    if (at > 0 && links[at].owner == links[at - 1].owner) continue;
    for (const auto& [owned, share] : Holdings(links, links[at].owner)) {
      INVARIANT(owned.value < party_count, "owners and owned are among the parties");
      if (share < kGroupShare) continue;
      const PartyIndex a = Root(group, links[at].owner);
      const PartyIndex b = Root(group, owned);
      group[std::max(a, b).at()] = std::min(a, b);
    }
  }
  for (int32_t at = 0; at < party_count; ++at) group[at] = Root(group, PartyIndex{at});
  return group;
}

}  // namespace ayni::matcher
