#include "services/round/standing_matches.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "matcher/settling.h"
#include "services/resource/record_keys.h"
#include "services/round/overtaken.h"

namespace ayni::services {
namespace {

struct Counted {
  int64_t match_count = 0;
  int64_t quantity = 0;
};

Counted CountOf(absl::Span<const MatchedEdge> matched) {
  Counted counted;
  for (const MatchedEdge& each : matched) {
    ++counted.match_count;
    counted.quantity += each.units;
  }
  return counted;
}

void AddLeftOut(v1::LeftOut::Reason reason, int64_t match_count, int64_t quantity,
                std::vector<v1::LeftOut>* left_out) {
  if (match_count == 0) return;
  v1::LeftOut& added = left_out->emplace_back();
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
  int64_t match_count = 0;
  int64_t quantity = 0;
  std::vector<MatchedEdge> kept;
  for (MatchedEdge each : standing->matched) {
    const matcher::Units taken = each.units - units[each.edge];
    if (taken > 0) ++match_count;
    quantity += taken;
    each.units -= taken;
    if (each.units > 0) kept.push_back(each);
  }
  standing->matched = std::move(kept);
  AddLeftOut(v1::LeftOut::REASON_ABOVE_FINAL_CAP, match_count, quantity, &standing->left_out);
}

}  // namespace

StandingMatches StandingOf(const ClearedRound& cleared, const absl::flat_hash_set<std::string>& changed_keys,
                           absl::Span<const v1::Match> made_since) {
  StandingMatches standing{MatchedEdges(cleared), cleared.posed.segments, {}};
  std::vector<MatchedEdge>& matched = standing.matched;
  Counted before = CountOf(matched);
  const auto note = [&](v1::LeftOut::Reason reason) {
    const Counted now = CountOf(matched);
    AddLeftOut(reason, before.match_count - now.match_count, before.quantity - now.quantity,
               &standing.left_out);
    before = now;
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
  HoldMadeSince(cleared, made_since, &standing.segments);
  HoldToFinalCaps(cleared, &standing);
  return standing;
}

}  // namespace ayni::services
