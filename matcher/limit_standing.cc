#include "matcher/limit_standing.h"

#include <algorithm>

#include "matcher/problem.h"

namespace ayni::matcher {
namespace {

int32_t CountGroups(const Market& market, absl::Span<const Candidate> candidates) {
  std::vector<PartyIndex> groups;
  groups.reserve(candidates.size());
  for (const Candidate& candidate : candidates)
    groups.push_back(market.tap(market.offer(candidate.offer).tap).ownership_group);
  std::sort(groups.begin(), groups.end());
  return static_cast<int32_t>(std::unique(groups.begin(), groups.end()) - groups.begin());
}

// What the candidates can serve of the need.
Units DemandOf(const Need& need, absl::Span<const Candidate> candidates) {
  Units reached = 0;
  for (const Candidate& candidate : candidates) reached += candidate.bound;
  return std::min(reached, need.open_quantity);
}

}  // namespace

LimitStandings::LimitStandings(std::vector<Limit> limits, Day round_day)
    : limits_(std::move(limits)), round_day_(round_day), states_(limits_.size()) {}

void LimitStandings::SetRoundSegment(int32_t limit, const SegmentKey& key, const RoundSegment& segment) {
  states_[limit].segments[key].of_round = segment;
}

void LimitStandings::Count(const Market& market, const LiveHolding& live, Units units) {
  const Holding& holding = live.holding;
  const Tap& tap = market.tap(holding.tap);
  for (size_t at = 0; at < limits_.size(); ++at) {
    const Limit& limit = limits_[at];
    // Of a limit without a window, the round's own units are all that counts.
    if (limit.window_days == 0 && !live.of_round) continue;
    const SegmentKey key = SegmentOf(market, limit, holding.service, holding.district, holding.chain);
    SegmentState& segment = states_[at].segments[key];
    Add(holding.day, units, &segment.held);
    if (live.beyond_round) segment.beyond_round += units;
    Add(holding.day, units, &states_[at].cells[{key, ControllerOf(tap, limit.controller_level)}]);
  }
  if (live.of_round) given_of_round_[holding.tap.value] += units;
}

void LimitStandings::Add(Day day, Units units, UnitsByDay* by_day) {
  auto at = by_day->end();
  while (at != by_day->begin() && (at - 1)->day >= day) --at;
  if (at == by_day->end() || at->day != day) at = by_day->insert(at, {day, 0});
  at->units += units;
  if (at->units == 0) by_day->erase(at);
}

Units LimitStandings::Since(Day first, const UnitsByDay& by_day) {
  Units units = 0;
  for (auto at = by_day.rbegin(); at != by_day.rend() && at->day >= first; ++at) units += at->units;
  return units;
}

// The round's own units count however old it is: its volumes do.
Day LimitStandings::FirstDay(const Limit& limit, Day today) const {
  if (limit.window_days == 0) return kDayMin;
  return std::min(today - limit.window_days, round_day_);
}

std::vector<NeedSegment> LimitStandings::SegmentsOf(const Market& market, const Need& need,
                                                    absl::Span<const Candidate> candidates, bool known,
                                                    Day today) const {
  std::vector<NeedSegment> segments;
  const Units demand = DemandOf(need, candidates);
  const int32_t own_groups = CountGroups(market, candidates);
  for (size_t at = 0; at < limits_.size(); ++at) {
    const Limit& limit = limits_[at];
    NeedSegment segment{.limit = static_cast<int32_t>(at),
                        .key = SegmentOf(market, limit, need.service, need.district, need.chain)};
    const auto found = states_[at].segments.find(segment.key);
    const SegmentState* state = found == states_[at].segments.end() ? nullptr : &found->second;
    const bool in_round = state != nullptr && state->of_round.has_value();
    int32_t groups = own_groups;
    if (in_round) {
      segment.volume = state->of_round->volume + state->beyond_round;
      groups = std::max(groups, state->of_round->eligible_controller_count);
    } else if (state != nullptr) {
      segment.volume = Since(FirstDay(limit, today), state->held);
    }
    if (!in_round || !known) segment.volume += demand;
    segment.cap = CapOf(limit.share_basis_points, segment.volume);
    segment.thin = groups < limit.min_controllers;
    segment.waived = segment.thin && limit.thin_market_rule == ThinMarketRule::kWaive;
    segments.push_back(segment);
  }
  return segments;
}

LimitStanding LimitStandings::StandingOf(const NeedSegment& segment, const Tap& tap, Day today) const {
  const Limit& limit = limits_[segment.limit];
  LimitStanding standing{.limit = segment.limit, .controller = ControllerOf(tap, limit.controller_level)};
  const auto& cells = states_[segment.limit].cells;
  const auto found = cells.find(CellKey{segment.key, standing.controller});
  if (found != cells.end()) standing.held = Since(FirstDay(limit, today), found->second);
  standing.room = segment.waived ? kUnitsMax : std::clamp<Units>(segment.cap - standing.held, 0, kUnitsMax);
  return standing;
}

Units LimitStandings::GivenOfRound(TapIndex tap) const {
  const auto found = given_of_round_.find(tap.value);
  return found == given_of_round_.end() ? 0 : found->second;
}

size_t LimitStandings::ByteSize() const {
  size_t bytes = given_of_round_.capacity() * (sizeof(std::pair<int32_t, Units>) + 1);
  for (const LimitState& state : states_) {
    bytes += state.segments.capacity() * (sizeof(std::pair<SegmentKey, SegmentState>) + 1);
    bytes += state.cells.capacity() * (sizeof(std::pair<CellKey, UnitsByDay>) + 1);
    for (const auto& [key, held] : state.cells) bytes += held.capacity() * sizeof(DayUnits);
    for (const auto& [key, segment] : state.segments) bytes += segment.held.capacity() * sizeof(DayUnits);
  }
  return bytes;
}

}  // namespace ayni::matcher
