#include "services/round/standing_matches.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "matcher/settling.h"
#include "services/resource/record_keys.h"
#include "services/round/overtaken.h"

namespace ayni::services {
namespace {

// Says what of the matches before is not in those after, wholly or in part. REQUIRES: both are in the order
// of the problem.
void AddLeftOut(v1::LeftOut::Reason reason, absl::Span<const MatchedEdge> before,
                absl::Span<const MatchedEdge> after, StandingMatches* standing) {
  int64_t match_count = 0;
  int64_t quantity = 0;
  size_t at = 0;
  for (const MatchedEdge& each : before) {
    const bool stands = at < after.size() && after[at].edge == each.edge;
    const matcher::Units lost = each.units - (stands ? after[at++].units : 0);
    if (lost == 0) continue;
    ++match_count;
    quantity += lost;
    v1::LeftOutUnits& units = standing->left_out_units.emplace_back();
    units.set_edge(each.edge);
    units.set_reason(reason);
    units.set_quantity(lost);
  }
  if (match_count == 0) return;
  v1::LeftOut& added = standing->left_out.emplace_back();
  added.set_reason(reason);
  added.set_match_count(match_count);
  added.set_quantity(quantity);
}

// The same matches, with as few units as keep to the caps of what then is matched; those without any go.
void HoldToFinalCaps(const ClearedRound& cleared, StandingMatches* standing) {
  if (!matcher::NeedsSettling(standing->segments)) return;
  std::vector<matcher::Units> units(cleared.posed.problem.edge_offer.size());
  for (const MatchedEdge& each : standing->matched) units[each.edge] = each.units;
  matcher::TakeAboveCaps(cleared.market.market(), cleared.posed.problem, &standing->segments, &units);
  std::vector<MatchedEdge> kept;
  for (MatchedEdge each : standing->matched) {
    each.units = units[each.edge];
    if (each.units > 0) kept.push_back(each);
  }
  standing->matched = std::move(kept);
}

}  // namespace

StandingMatches StandingOf(const ClearedRound& cleared, const absl::flat_hash_set<std::string>& changed_keys,
                           absl::Span<const v1::Match> made_since, const StoredBudgets& budgets) {
  StandingMatches standing{MatchedEdges(cleared), cleared.posed.segments, {}, {}};
  std::vector<MatchedEdge>& matched = standing.matched;
  std::vector<MatchedEdge> before = matched;
  const auto note = [&](v1::LeftOut::Reason reason) {
    AddLeftOut(reason, before, matched, &standing);
    before = matched;
  };
  const auto is_superseded = [&](const MatchedEdge& each) {
    const std::string need = cleared.market.NameOf(each.need);
    const std::string offer = cleared.market.NameOf(each.offer);
    return changed_keys.contains(RecordKey(ResourceType::Of<v1::Need>(), need)) ||
           changed_keys.contains(RecordKey(ResourceType::Of<v1::Offer>(), offer));
  };
  if (!changed_keys.empty())
    matched.erase(std::remove_if(matched.begin(), matched.end(), is_superseded), matched.end());
  note(v1::LeftOut::REASON_SUPERSEDED);
  matched = WithoutOvertaken(cleared, std::move(matched), made_since);
  note(v1::LeftOut::REASON_OVERTAKEN);
  matched = WithinBudgets(cleared, budgets, std::move(matched));
  note(v1::LeftOut::REASON_BUDGET);
  HoldMadeSince(cleared, made_since, &standing.segments);
  HoldToFinalCaps(cleared, &standing);
  note(v1::LeftOut::REASON_ABOVE_FINAL_CAP);
  std::sort(standing.left_out_units.begin(), standing.left_out_units.end(),
            [](const v1::LeftOutUnits& a, const v1::LeftOutUnits& b) {
              return std::pair(a.edge(), a.reason()) < std::pair(b.edge(), b.reason());
            });
  return standing;
}

}  // namespace ayni::services
