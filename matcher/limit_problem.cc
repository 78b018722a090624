#include "matcher/limit_problem.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "matcher/invariant.h"

namespace ayni::matcher {
namespace {

static_assert(kLimitsMax <= kCellsPerEdgeMax, "an edge lies in at most one cell of each limit");

// Rows grouped by segment: those of segment s stand in [begin[s], begin[s + 1]) of rows, ascending.
struct BySegment {
  std::vector<int64_t> begin;
  std::vector<int32_t> rows;

  absl::Span<const int32_t> operator[](size_t segment) const {
    return absl::MakeConstSpan(rows.data() + begin[segment], begin[segment + 1] - begin[segment]);
  }
};

// Rows whose segment is None() are left out.
BySegment Grouped(const std::vector<SegmentIndex>& segment_of_row, int32_t first_segment,
                  int32_t segment_count) {
  BySegment grouped;
  grouped.begin.assign(segment_count + 1, 0);
  for (SegmentIndex segment : segment_of_row) {
    if (segment.present()) ++grouped.begin[segment.value - first_segment + 1];
  }
  for (int32_t at = 0; at < segment_count; ++at) grouped.begin[at + 1] += grouped.begin[at];
  grouped.rows.resize(grouped.begin.back());
  std::vector<int64_t> next(grouped.begin.begin(), grouped.begin.end() - 1);
  for (size_t row = 0; row < segment_of_row.size(); ++row) {
    const SegmentIndex segment = segment_of_row[row];
    if (segment.present()) grouped.rows[next[segment.value - first_segment]++] = static_cast<int32_t>(row);
  }
  return grouped;
}

// The segments and cells of one limit, appended to a table and a problem.
class LimitSegments {
 public:
  LimitSegments(const Market& market, const Candidates& candidates, const std::vector<Units>& need_demand,
                absl::Span<const Holding> holdings, Day today, int32_t limit_position, SegmentTable& table,
                std::vector<Units>& cell_room)
      : market_(market),
        candidates_(candidates),
        need_demand_(need_demand),
        holdings_(holdings),
        today_(today),
        limit_position_(limit_position),
        limit_(table.limits[limit_position]),
        first_day_(limit_.window_days > 0 ? today - limit_.window_days : kDayMax),
        table_(table),
        cell_room_(cell_room) {}

  // The cell of each edge, None() where it has none; empty where no edge has one.
  absl::StatusOr<std::vector<CellIndex>> Append(const std::function<bool()>& stop) {
    NameSegments();
    FindControllers();
    std::vector<CellIndex> edge_cell;
    for (size_t at = 0; at < keys_.size(); ++at) {
      if (stop()) return absl::CancelledError("working out limits was stopped");
      AppendSegment(at, edge_cell);
    }
    return edge_cell;
  }

 private:
  struct Row {
    SegmentController shown;
    // Demand of the needs in which it has candidates.
    Units reach = 0;
    int32_t last_need = -1;
  };
  struct Place {
    int32_t segment = -1;
    int32_t row = 0;
  };

  void NameSegments() {
    std::vector<SegmentKey> need_key(market_.need_count());
    std::vector<SegmentKey> holding_key(holdings_.size());
    for (int32_t at = 0; at < market_.need_count(); ++at) {
      const Need need = market_.need(NeedIndex{at});
      if (need.open_quantity <= 0 || need.window.last < today_) continue;
      need_key[at] = SegmentOf(market_, limit_, need.service, need.district, need.chain);
      keys_.push_back(need_key[at]);
    }
    for (size_t at = 0; at < holdings_.size(); ++at) {
      if (holdings_[at].day < first_day_) continue;
      const Holding& holding = holdings_[at];
      holding_key[at] = SegmentOf(market_, limit_, holding.service, holding.district, holding.chain);
      keys_.push_back(holding_key[at]);
    }
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    first_segment_ = static_cast<int32_t>(table_.segments.size());
    absl::flat_hash_map<SegmentKey, int32_t> position;
    for (const SegmentKey& key : keys_) position.emplace(key, static_cast<int32_t>(position.size()));
    const auto segments_of = [&](const std::vector<SegmentKey>& keys) {
      std::vector<SegmentIndex> segments(keys.size());
      for (size_t at = 0; at < keys.size(); ++at) {
        if (keys[at].service.present()) segments[at] = SegmentIndex{first_segment_ + position[keys[at]]};
      }
      return segments;
    };
    table_.need_segment.push_back(segments_of(need_key));
    const auto count = static_cast<int32_t>(keys_.size());
    needs_ = Grouped(table_.need_segment.back(), first_segment_, count);
    held_ = Grouped(segments_of(holding_key), first_segment_, count);
  }

  void FindControllers() {
    int32_t party_end = 0;
    tap_controller_.resize(market_.tap_count());
    for (int32_t at = 0; at < market_.tap_count(); ++at) {
      tap_controller_[at] = ControllerOf(market_.tap(TapIndex{at}), limit_.controller_level);
      party_end = std::max(party_end, tap_controller_[at].value + 1);
    }
    group_.resize(party_end);
    for (int32_t at = 0; at < market_.tap_count(); ++at) {
      if (tap_controller_[at].present())
        group_[tap_controller_[at].at()] = market_.tap(TapIndex{at}).ownership_group;
    }
    offer_controller_.resize(market_.offer_count());
    for (int32_t at = 0; at < market_.offer_count(); ++at) {
      const TapIndex tap = market_.offer(OfferIndex{at}).tap;
      if (tap.present()) offer_controller_[at] = tap_controller_[tap.at()];
    }
    place_.resize(party_end);
  }

  // REQUIRES: the controller is present.
  Row& RowOf(int32_t segment, PartyIndex controller) {
    INVARIANT(controller.present(), "every TAP in a round has a controller");
    Place& place = place_[controller.at()];
    if (place.segment != segment) {
      place = {segment, static_cast<int32_t>(rows_.size())};
      rows_.push_back({.shown = {.controller = controller}});
    }
    return rows_[place.row];
  }

  void AppendSegment(size_t at, std::vector<CellIndex>& edge_cell) {
    const auto index = static_cast<int32_t>(at);
    Segment segment{limit_position_, keys_[at].service, keys_[at].territory, keys_[at].chain};
    rows_.clear();
    for (int32_t holding : held_[at]) {
      RowOf(index, tap_controller_[holdings_[holding].tap.at()]).shown.held += holdings_[holding].units;
      segment.held += holdings_[holding].units;
    }
    for (int32_t need : needs_[at]) {
      CountReach(index, need);
      segment.demanded += need_demand_[need];
      segment.unreached += market_.need(NeedIndex{need}).open_quantity - need_demand_[need];
    }
    segment.eligible_controller_count = CountEligibleGroups();
    segment.cap = CapOf(limit_.share_basis_points, segment.volume());
    segment.thin = segment.eligible_controller_count < limit_.min_controllers;
    segment.waived = segment.thin && limit_.thin_market_rule == ThinMarketRule::kWaive;

    std::sort(rows_.begin(), rows_.end(),
              [](const Row& a, const Row& b) { return a.shown.controller < b.shown.controller; });
    bool has_cell = false;
    for (size_t row = 0; row < rows_.size(); ++row) {
      place_[rows_[row].shown.controller.at()].row = static_cast<int32_t>(row);
      has_cell |= AddCell(segment, rows_[row]);
      table_.controllers.push_back(rows_[row].shown);
    }
    table_.segments.push_back(segment);
    table_.controller_begin.push_back(static_cast<int64_t>(table_.controllers.size()));
    if (has_cell) MarkEdges(at, edge_cell);
  }

  // Notes which controllers have candidates for the need.
  void CountReach(int32_t segment, int32_t need) {
    for (int64_t edge = candidates_.need_begin[need]; edge < candidates_.need_begin[need + 1]; ++edge) {
      Row& row = RowOf(segment, offer_controller_[candidates_.offer[edge].at()]);
      if (row.last_need == need) continue;
      row.last_need = need;
      row.reach += need_demand_[need];
      row.shown.eligible = true;
    }
  }

  // Of the segment at hand.
  int32_t CountEligibleGroups() {
    eligible_groups_.clear();
    for (const Row& row : rows_) {
      if (row.shown.eligible) eligible_groups_.push_back(group_[row.shown.controller.at()]);
    }
    std::sort(eligible_groups_.begin(), eligible_groups_.end());
    const auto end = std::unique(eligible_groups_.begin(), eligible_groups_.end());
    return static_cast<int32_t>(end - eligible_groups_.begin());
  }

  bool AddCell(const Segment& segment, Row& row) {
    const Units room = std::max<Units>(0, segment.cap - row.shown.held);
    if (segment.waived || row.reach <= room) return false;
    row.shown.cell = CellIndex{static_cast<int32_t>(cell_room_.size())};
    cell_room_.push_back(std::min(room, kUnitsMax));
    return true;
  }

  void MarkEdges(size_t segment, std::vector<CellIndex>& edge_cell) const {
    edge_cell.resize(candidates_.offer.size());
    for (int32_t need : needs_[segment]) {
      for (int64_t edge = candidates_.need_begin[need]; edge < candidates_.need_begin[need + 1]; ++edge) {
        const PartyIndex controller = offer_controller_[candidates_.offer[edge].at()];
        edge_cell[edge] = rows_[place_[controller.at()].row].shown.cell;
      }
    }
  }

  const Market& market_;
  const Candidates& candidates_;
  const std::vector<Units>& need_demand_;
  const absl::Span<const Holding> holdings_;
  const Day today_;
  const int32_t limit_position_;
  const Limit limit_;
  // Holdings from this day on count.
  const Day first_day_;
  SegmentTable& table_;
  std::vector<Units>& cell_room_;

  std::vector<SegmentKey> keys_;
  int32_t first_segment_ = 0;
  BySegment needs_;
  BySegment held_;
  std::vector<PartyIndex> tap_controller_;
  std::vector<PartyIndex> offer_controller_;
  // By controller: the ownership group that it is of.
  std::vector<PartyIndex> group_;
  // Of the segment at hand: its controllers, and by party where each stands.
  std::vector<Row> rows_;
  std::vector<Place> place_;
  std::vector<PartyIndex> eligible_groups_;
};

// The largest level at which demands, none above it, come to at most kTotalDemandMax.
Units DemandLevel(std::vector<Units> demands) {
  std::sort(demands.begin(), demands.end());
  Units left = kTotalDemandMax;
  auto count = static_cast<Units>(demands.size());
  for (const Units demand : demands) {
    if (demand > left / count) return left / count;
    left -= demand;
    --count;
  }
  return kUnitsMax;
}

// By need: what its candidates can serve.
std::vector<Units> NeedDemands(const Market& market, const Candidates& candidates) {
  std::vector<Units> demands(market.need_count());
  for (int32_t need = 0; need < market.need_count(); ++need) {
    Units reached = 0;
    for (int64_t edge = candidates.need_begin[need]; edge < candidates.need_begin[need + 1]; ++edge) {
      reached += candidates.bound[edge];
    }
    demands[need] = std::min(reached, market.need(NeedIndex{need}).open_quantity);
  }
  const Units level = DemandLevel(demands);
  for (Units& demand : demands) demand = std::min(demand, level);
  return demands;
}

void JoinCells(const std::vector<std::vector<CellIndex>>& edge_cell_of_limit, int64_t edge_count,
               Problem& problem) {
  problem.edge_cell_begin.reserve(edge_count + 1);
  problem.edge_cell_begin.push_back(0);
  for (int64_t edge = 0; edge < edge_count; ++edge) {
    for (const std::vector<CellIndex>& edge_cell : edge_cell_of_limit) {
      if (!edge_cell.empty() && edge_cell[edge].present()) problem.edge_cell.push_back(edge_cell[edge]);
    }
    problem.edge_cell_begin.push_back(static_cast<int64_t>(problem.edge_cell.size()));
  }
}

void CopyCapacities(const Market& market, Problem& problem) {
  for (int32_t at = 0; at < market.tap_count(); ++at) {
    problem.tap_capacity.push_back(market.tap(TapIndex{at}).capacity);
  }
  for (int32_t at = 0; at < market.offer_count(); ++at) {
    const Offer offer = market.offer(OfferIndex{at});
    problem.offer_capacity.push_back(offer.open_capacity);
    problem.offer_lot.push_back(std::max<Units>(1, offer.lot));
    problem.offer_tap.push_back(market.tap(offer.tap).capacity > 0 ? offer.tap : TapIndex::None());
  }
}

}  // namespace

absl::StatusOr<PosedProblem> PoseProblem(const Market& market, Candidates candidates,
                                         absl::Span<const Limit> limits, absl::Span<const Holding> holdings,
                                         Day today, const std::function<bool()>& stop) {
  PosedProblem posed;
  posed.segments.limits.assign(limits.begin(), limits.end());
  posed.problem.need_demand = NeedDemands(market, candidates);
  std::vector<std::vector<CellIndex>> edge_cell_of_limit;
  for (int32_t limit = 0; limit < static_cast<int32_t>(limits.size()); ++limit) {
    auto edge_cell = LimitSegments(market, candidates, posed.problem.need_demand, holdings, today, limit,
                                   posed.segments, posed.problem.cell_room)
                         .Append(stop);
    if (!edge_cell.ok()) return edge_cell.status();
    edge_cell_of_limit.push_back(*std::move(edge_cell));
  }
  CopyCapacities(market, posed.problem);
  JoinCells(edge_cell_of_limit, candidates.count(), posed.problem);
  posed.problem.need_edge_begin = std::move(candidates.need_begin);
  posed.problem.edge_offer = std::move(candidates.offer);
  posed.problem.edge_bound = std::move(candidates.bound);
  posed.problem.edge_weight = std::move(candidates.score);
  return posed;
}

}  // namespace ayni::matcher
