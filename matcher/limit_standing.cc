#include "matcher/limit_standing.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "matcher/problem.h"

namespace ayni::matcher {
namespace {

int32_t CountOnce(std::vector<PartyIndex>& parties) {
  std::sort(parties.begin(), parties.end());
  return static_cast<int32_t>(std::unique(parties.begin(), parties.end()) - parties.begin());
}

// Independent controllers among the candidates, as in limit.h.
int32_t CountEligible(const Market& market, absl::Span<const Candidate> candidates, ControllerLevel level) {
  std::vector<PartyIndex> groups;
  std::vector<PartyIndex> controllers;
  for (const Candidate& candidate : candidates) {
    const Tap& tap = market.tap(market.offer(candidate.offer).tap);
    groups.push_back(tap.ownership_group);
    const auto of_tap = ControllersOf(tap, level);
    controllers.insert(controllers.end(), of_tap.begin(), of_tap.end());
  }
  return std::min(CountOnce(groups), CountOnce(controllers));
}

std::vector<ControllerReach> ReachesOf(const Market& market, absl::Span<const Candidate> candidates,
                                       ControllerLevel level) {
  std::vector<ControllerReach> reaches;
  for (const Candidate& candidate : candidates) {
    for (PartyIndex controller : ControllersOf(market.tap(market.offer(candidate.offer).tap), level))
      reaches.push_back({controller, candidate.bound});
  }
  std::sort(reaches.begin(), reaches.end(),
            [](const ControllerReach& a, const ControllerReach& b) { return a.controller < b.controller; });
  size_t count = 0;
  for (const ControllerReach& reach : reaches) {
    if (count > 0 && reaches[count - 1].controller == reach.controller) {
      reaches[count - 1].units += reach.units;
    } else {
      reaches[count++] = reach;
    }
  }
  reaches.resize(count);
  return reaches;
}

// What counts of the need where the controller is not there.
Units CountedWithout(const NeedSegment& segment, PartyIndex controller) {
  const auto found = std::lower_bound(
      segment.reaches.begin(), segment.reaches.end(), controller,
      [](const ControllerReach& reach, PartyIndex wanted) { return reach.controller < wanted; });
  const bool reaches = found != segment.reaches.end() && found->controller == controller;
  return std::min(segment.counted, segment.reached - (reaches ? found->units : 0));
}

}  // namespace

NeedVolume DemandOf(const Need& need, absl::Span<const Candidate> candidates) {
  Units reached = 0;
  MinorUnits lowest = std::numeric_limits<MinorUnits>::max();
  for (const Candidate& candidate : candidates) {
    reached += candidate.bound;
    lowest = std::min(lowest, candidate.price);
  }
  const Units units = std::min(reached, need.open_quantity);
  return {units, units == 0 ? 0 : CostOf(units, lowest)};
}

Units LimitStanding::UnitRoom() const { return std::clamp<Units>(room / unit_amount, 0, kUnitsMax); }

LimitStandings::LimitStandings(std::vector<Limit> limits, Day round_day)
    : limits_(std::move(limits)), round_day_(round_day), states_(limits_.size()) {}

void LimitStandings::SetRoundSegment(int32_t limit, const SegmentKey& key, const RoundSegment& segment) {
  states_[limit].segments[key].of_round = segment;
}

void LimitStandings::SetRoundVolume(int32_t limit, const SegmentKey& key, PartyIndex controller,
                                    Amount volume) {
  states_[limit].cells[{key, controller}].round_volume = volume;
}

void LimitStandings::Count(const Market& market, const LiveHolding& live, Units units) {
  const Holding& holding = live.holding;
  const Tap& tap = market.tap(holding.tap);
  for (size_t at = 0; at < limits_.size(); ++at) {
    const Limit& limit = limits_[at];
    // Of a limit without a window, the round's own units are all that counts.
    if (limit.window_days == 0 && !live.of_round) continue;
    const Amount size = Measured(limit, std::abs(units), holding.unit_price);
    const Amount amount = units < 0 ? -size : size;
    const SegmentKey key = SegmentOf(market, limit, holding.placed);
    SegmentState& segment = states_[at].segments[key];
    Add(holding.day, amount, &segment.held);
    if (live.beyond_round) segment.beyond_round += amount;
    for (PartyIndex controller : ControllersOf(tap, limit.controller_level)) {
      CellState& cell = states_[at].cells[{key, controller}];
      Add(holding.day, amount, &cell.held);
      if (live.beyond_round) cell.beyond_round += amount;
    }
  }
  if (live.of_round) given_of_round_[holding.tap.value] += units;
}

void LimitStandings::Add(Day day, Amount amount, AmountsByDay* by_day) {
  auto at = by_day->end();
  while (at != by_day->begin() && (at - 1)->day >= day) --at;
  if (at == by_day->end() || at->day != day) at = by_day->insert(at, {day, 0});
  at->amount += amount;
  if (at->amount == 0) by_day->erase(at);
}

Amount LimitStandings::Since(Day first, const AmountsByDay& by_day) {
  Amount amount = 0;
  for (auto at = by_day.rbegin(); at != by_day.rend() && at->day >= first; ++at)
    amount = Plus(amount, at->amount);
  return amount;
}

// The round's own units count however old it is: its volumes do.
Day LimitStandings::FirstDay(const Limit& limit, Day today) const {
  if (limit.window_days == 0) return kDayMin;
  return std::min(today - limit.window_days, round_day_);
}

std::vector<NeedSegment> LimitStandings::SegmentsOf(const Market& market, const Need& need,
                                                    absl::Span<const Candidate> candidates, bool known,
                                                    const NeedVolume& counted, Day today) const {
  std::vector<NeedSegment> segments;
  for (size_t at = 0; at < limits_.size(); ++at) {
    const Limit& limit = limits_[at];
    NeedSegment segment{.limit = static_cast<int32_t>(at), .key = SegmentOf(market, limit, PlacedOf(need))};
    segment.share_basis_points = ShareOf(market, limit, segment.key, today);
    const auto found = states_[at].segments.find(segment.key);
    const SegmentState* state = found == states_[at].segments.end() ? nullptr : &found->second;
    const bool in_round = state != nullptr && state->of_round.has_value();
    int32_t eligible = CountEligible(market, candidates, limit.controller_level);
    if (in_round) eligible = std::max(eligible, state->of_round->eligible_controller_count);
    const bool by_volume_of_round = in_round && limit.basis != LimitBasis::kMatched;
    if (by_volume_of_round) {
      segment.volume = Plus(state->of_round->volume, state->beyond_round);
    } else if (state != nullptr) {
      segment.volume = Since(FirstDay(limit, today), state->held);
    }
    if (!by_volume_of_round || !known) {
      segment.volume =
          Plus(segment.volume, limit.measure == LimitMeasure::kMoney ? counted.money : counted.units);
      segment.counted = counted.units;
    }
    if (limit.basis == LimitBasis::kOffered) {
      segment.reaches = ReachesOf(market, candidates, limit.controller_level);
      for (const Candidate& candidate : candidates) segment.reached += candidate.bound;
    }
    segment.cap = CapOf(segment.share_basis_points, segment.volume);
    segment.thin = eligible < limit.min_controllers;
    segment.waived = segment.thin && limit.thin_market_rule == ThinMarketRule::kWaive;
    segments.push_back(std::move(segment));
  }
  return segments;
}

Amount LimitStandings::VolumeOf(const NeedSegment& segment, PartyIndex controller, const CellState* cell,
                                Day today) const {
  const LimitState& state = states_[segment.limit];
  const auto found = state.segments.find(segment.key);
  const Units counted = CountedWithout(segment, controller);
  Amount volume = 0;
  if (found == state.segments.end()) {
    volume = OfferedVolume(segment.share_basis_points, counted);
  } else if (found->second.of_round.has_value()) {
    // A controller of whom the round said nothing was held back by nothing but the segment's volume.
    const bool has_own = cell != nullptr && cell->round_volume.has_value();
    volume = has_own ? *cell->round_volume : found->second.of_round->volume;
    const Amount beyond = found->second.beyond_round - (cell == nullptr ? 0 : cell->beyond_round);
    volume = Plus(volume, OfferedVolume(segment.share_basis_points, Plus(beyond, counted)));
  } else {
    const Day first = FirstDay(limits_[segment.limit], today);
    const Amount own = cell == nullptr ? 0 : Since(first, cell->held);
    const Amount others = Since(first, found->second.held) - own;
    volume = OfferedVolume(segment.share_basis_points, Plus(others, counted));
  }
  return std::min(volume, segment.volume);
}

std::vector<LimitStanding> LimitStandings::StandingsOf(absl::Span<const NeedSegment> segments, const Tap& tap,
                                                       MinorUnits unit_price, Day today) const {
  std::vector<LimitStanding> standings;
  for (const NeedSegment& segment : segments) {
    const Limit& limit = limits_[segment.limit];
    const auto& cells = states_[segment.limit].cells;
    for (PartyIndex controller : ControllersOf(tap, limit.controller_level)) {
      LimitStanding standing{.limit = segment.limit, .controller = controller};
      const auto found = cells.find(CellKey{segment.key, controller});
      const CellState* cell = found == cells.end() ? nullptr : &found->second;
      if (cell != nullptr) standing.held = Since(FirstDay(limit, today), cell->held);
      standing.volume =
          limit.basis == LimitBasis::kOffered ? VolumeOf(segment, controller, cell, today) : segment.volume;
      standing.cap = CapOf(segment.share_basis_points, standing.volume);
      standing.room = segment.waived ? kAmountMax : std::max<Amount>(0, standing.cap - standing.held);
      standing.unit_amount = std::max<Amount>(1, Measured(limit, 1, unit_price));
      if (standing.held == 0) standing.room = std::max(standing.room, standing.unit_amount);
      standings.push_back(standing);
    }
  }
  return standings;
}

Units LimitStandings::GivenOfRound(TapIndex tap) const {
  const auto found = given_of_round_.find(tap.value);
  return found == given_of_round_.end() ? 0 : found->second;
}

size_t LimitStandings::ByteSize() const {
  size_t bytes = given_of_round_.capacity() * (sizeof(std::pair<int32_t, Units>) + 1);
  for (const LimitState& state : states_) {
    bytes += state.segments.capacity() * (sizeof(std::pair<SegmentKey, SegmentState>) + 1);
    bytes += state.cells.capacity() * (sizeof(std::pair<CellKey, CellState>) + 1);
    for (const auto& [key, cell] : state.cells) bytes += cell.held.capacity() * sizeof(DayAmount);
    for (const auto& [key, segment] : state.segments) bytes += segment.held.capacity() * sizeof(DayAmount);
  }
  return bytes;
}

}  // namespace ayni::matcher
