#include "matcher/limit_cells.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "matcher/invariant.h"
#include "matcher/problem.h"

namespace ayni::matcher {
namespace {

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
class LimitCells {
 public:
  LimitCells(const KnownOfRound& given, int32_t limit_position, SegmentTable& table,
             std::vector<Units>& cell_room)
      : given_(given),
        limit_position_(limit_position),
        limit_(table.limits[limit_position]),
        first_day_(limit_.window_days > 0 ? given.today - limit_.window_days : kDayMax),
        table_(table),
        cell_room_(cell_room) {}

  absl::StatusOr<EdgeCells> Append(const std::function<bool()>& stop) {
    NameSegments();
    FindControllers();
    for (size_t at = 0; at < keys_.size(); ++at) {
      if (stop()) return absl::CancelledError("working out limits was stopped");
      AppendSegment(at);
    }
    return std::move(edge_cells_);
  }

 private:
  struct Row {
    SegmentController shown;
    // Demand of the needs in which it has candidates, and the price of the cheapest of these and of the
    // dearest.
    Units reach = 0;
    MinorUnits lowest_price = std::numeric_limits<MinorUnits>::max();
    MinorUnits highest_price = 0;
    int32_t last_need = -1;
    // Of kOffered: what its own offers have left, what of the demand no other controller reaches, and the sum
    // of its bounds for the need at hand.
    Amount own_offered = 0;
    Amount own_demand = 0;
    Units need_bound = 0;
  };
  struct Place {
    int32_t segment = -1;
    int32_t row = 0;
  };

  void NameSegments() {
    const Market& market = given_.market;
    std::vector<SegmentKey> need_key(market.need_count());
    std::vector<SegmentKey> holding_key(given_.holdings.size());
    std::vector<bool> has_need(market.need_count());
    for (int32_t at = 0; at < market.need_count(); ++at) {
      const Need need = market.need(NeedIndex{at});
      if (need.open_quantity <= 0 || need.window.last < given_.today) continue;
      has_need[at] = true;
      need_key[at] = SegmentOf(market, limit_, PlacedOf(need));
      keys_.push_back(need_key[at]);
    }
    std::vector<bool> counts(given_.holdings.size());
    for (size_t at = 0; at < given_.holdings.size(); ++at) {
      const Holding& holding = given_.holdings[at];
      if (holding.day < first_day_) continue;
      counts[at] = true;
      holding_key[at] = SegmentOf(market, limit_, holding.placed);
      keys_.push_back(holding_key[at]);
    }
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    first_segment_ = static_cast<int32_t>(table_.segments.size());
    absl::flat_hash_map<SegmentKey, int32_t> position;
    for (const SegmentKey& key : keys_) position.emplace(key, static_cast<int32_t>(position.size()));
    const auto segments_of = [&](const std::vector<SegmentKey>& keys, const std::vector<bool>& stands) {
      std::vector<SegmentIndex> segments(keys.size());
      for (size_t at = 0; at < keys.size(); ++at) {
        if (stands[at]) segments[at] = SegmentIndex{first_segment_ + position[keys[at]]};
      }
      return segments;
    };
    table_.need_segment.push_back(segments_of(need_key, has_need));
    const auto count = static_cast<int32_t>(keys_.size());
    needs_ = Grouped(table_.need_segment.back(), first_segment_, count);
    held_ = Grouped(segments_of(holding_key, counts), first_segment_, count);
  }

  // A controller's parties are those of TAPs and of whoever stands behind them.
  void FindControllers() {
    int32_t party_end = 0;
    const Market& market = given_.market;
    for (int32_t at = 0; at < market.tap_count(); ++at) {
      const auto controllers = ControllersOf(market.tap(TapIndex{at}), limit_.controller_level);
      edge_cells_.stride = std::max(edge_cells_.stride, controllers.size());
      for (const PartyIndex controller : controllers) party_end = std::max(party_end, controller.value + 1);
    }
    place_.resize(party_end);
    offer_segment_.resize(market.offer_count(), -1);
  }

  absl::Span<const PartyIndex> ControllersOfOffer(int64_t edge) const {
    const TapIndex tap = given_.market.offer(given_.candidates.offer[edge]).tap;
    return ControllersOf(given_.market.tap(tap), limit_.controller_level);
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

  void AppendSegment(size_t at) {
    const auto index = static_cast<int32_t>(at);
    Segment segment{.limit = limit_position_, .key = keys_[at]};
    segment.share_basis_points = ShareOf(given_.market, limit_, segment.key, given_.today);
    rows_.clear();
    eligible_groups_.clear();
    for (int32_t at_holding : held_[at]) {
      const Holding& holding = given_.holdings[at_holding];
      const Amount amount = Measured(limit_, holding.units, holding.unit_price);
      for (PartyIndex controller : ControllersOf(given_.market.tap(holding.tap), limit_.controller_level)) {
        Row& row = RowOf(index, controller);
        row.shown.held = Plus(row.shown.held, amount);
      }
      segment.held = Plus(segment.held, amount);
    }
    highest_demanded_ = 0;
    offered_ = 0;
    for (int32_t need : needs_[at]) CountNeed(index, need, &segment);
    if (limit_.basis == LimitBasis::kOffered) HoldToOthers(segment);
    HoldToOffers(&segment);
    segment.eligible_controller_count = CountEligible();
    // Of what is matched nothing is known yet: at first all of the demand may be, at its dearest.
    segment.volume =
        Plus(limit_.basis == LimitBasis::kMatched ? highest_demanded_ : segment.demanded, segment.held);
    segment.cap = CapOf(segment.share_basis_points, segment.volume);
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
    if (has_cell) MarkEdges(at);
  }

  // Many needs that the same few offers could serve, one as well as another, are together no more demand than
  // these offers can serve: otherwise whoever posts one need twenty times lifts every cap.
  void HoldToOffers(Segment* segment) {
    const Amount demanded = std::min(segment->demanded, offered_);
    if (limit_.measure == LimitMeasure::kUnits) segment->unreached += segment->demanded - demanded;
    segment->demanded = demanded;
    highest_demanded_ = std::min(highest_demanded_, offered_);
  }

  // Of each controller counts what the others can deliver, as if it were not there. REQUIRES: what the
  // segment demands is what its needs do.
  void HoldToOthers(const Segment& segment) {
    for (Row& row : rows_) {
      const Amount delivered = std::min(segment.demanded - row.own_demand, offered_ - row.own_offered);
      const Amount others = Plus(delivered, segment.held - row.shown.held);
      row.shown.volume_max = OfferedVolume(segment.share_basis_points, others);
    }
  }

  // Whether the offer was not seen in the segment before.
  bool CountOffer(int32_t segment_position, OfferIndex index, const Offer& offer) {
    int32_t& last_segment = offer_segment_[index.at()];
    if (last_segment == segment_position) return false;
    last_segment = segment_position;
    offered_ = Plus(offered_, Measured(limit_, offer.open_capacity, offer.price));
    return true;
  }

  // What of the need's demand only one controller reaches.
  void CountOwnDemand(int32_t segment_position, int32_t need, Units bound) {
    const std::vector<int64_t>& begin = given_.candidates.need_begin;
    for (int64_t edge = begin[need]; edge < begin[need + 1]; ++edge) {
      for (PartyIndex controller : ControllersOfOffer(edge)) {
        Row& row = RowOf(segment_position, controller);
        row.own_demand += std::max<Units>(0, given_.need_demand[need] - (bound - row.need_bound));
        // Once a controller: of the edges that follow, nothing is its own.
        row.need_bound = 0;
      }
    }
  }

  // Whom it declined is no market that is thin.
  void CountDeclined(int32_t segment_position, int32_t need) {
    const auto& declined = given_.candidates.declined;
    auto at = std::lower_bound(declined.begin(), declined.end(), NeedIndex{need},
                               [](const auto& pair, NeedIndex wanted) { return pair.first < wanted; });
    for (; at != declined.end() && at->first == NeedIndex{need}; ++at) {
      const Tap& tap = given_.market.tap(given_.market.offer(at->second).tap);
      eligible_groups_.push_back(tap.ownership_group);
      for (PartyIndex controller : ControllersOf(tap, limit_.controller_level))
        RowOf(segment_position, controller).shown.eligible = true;
    }
  }

  // Its demand, and which controllers have candidates for it.
  void CountNeed(int32_t segment_position, int32_t need, Segment* segment) {
    const Units demand = given_.need_demand[need];
    const Need asked = given_.market.need(NeedIndex{need});
    MinorUnits lowest = std::numeric_limits<MinorUnits>::max();
    MinorUnits highest = 0;
    Units bound = 0;
    const std::vector<int64_t>& begin = given_.candidates.need_begin;
    for (int64_t edge = begin[need]; edge < begin[need + 1]; ++edge) {
      const OfferIndex index = given_.candidates.offer[edge];
      const Offer offer = given_.market.offer(index);
      const Tap& tap = given_.market.tap(offer.tap);
      const bool is_new = CountOffer(segment_position, index, offer);
      bound += given_.candidates.bound[edge];
      eligible_groups_.push_back(tap.ownership_group);
      const MinorUnits price = PriceFor(asked, offer);
      lowest = std::min(lowest, price);
      highest = std::max(highest, price);
      for (PartyIndex controller : ControllersOf(tap, limit_.controller_level)) {
        Row& row = RowOf(segment_position, controller);
        row.shown.eligible = true;
        row.lowest_price = std::min(row.lowest_price, price);
        row.highest_price = std::max(row.highest_price, price);
        if (is_new) row.own_offered = Plus(row.own_offered, offer.open_capacity);
        row.need_bound += given_.candidates.bound[edge];
        if (row.last_need == need) continue;
        row.last_need = need;
        row.reach += demand;
      }
    }
    CountDeclined(segment_position, need);
    if (limit_.basis == LimitBasis::kOffered) CountOwnDemand(segment_position, need, bound);
    if (eligible_groups_.size() > kEligibleKeptMax) CountGroups();
    if (demand > 0) {
      segment->demanded = Plus(segment->demanded, Measured(limit_, demand, lowest));
      highest_demanded_ = Plus(highest_demanded_, Measured(limit_, demand, highest));
    }
    if (limit_.measure == LimitMeasure::kUnits) segment->unreached += asked.open_quantity - demand;
  }

  // Of the segment at hand.
  int32_t CountGroups() {
    std::sort(eligible_groups_.begin(), eligible_groups_.end());
    eligible_groups_.erase(std::unique(eligible_groups_.begin(), eligible_groups_.end()),
                           eligible_groups_.end());
    return static_cast<int32_t>(eligible_groups_.size());
  }

  int32_t CountEligible() {
    const auto controllers =
        std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return row.shown.eligible; });
    return std::min(CountGroups(), static_cast<int32_t>(controllers));
  }

  // What is matched by the basis kMatched may turn out little, so that any room may bind.
  bool AddCell(const Segment& segment, Row& row) {
    if (segment.waived || !row.shown.eligible || row.reach == 0) return false;
    const Units room = FirstRoom(segment, row);
    if (limit_.basis != LimitBasis::kMatched && row.reach <= room) return false;
    row.shown.cell = CellIndex{static_cast<int32_t>(cell_room_.size())};
    cell_room_.push_back(std::min(room, kUnitsMax));
    return true;
  }

  // Of money, as many units as the cheapest of its candidates allow: settling lowers it to what they cost.
  // One unit fits where nothing is held.
  Units FirstRoom(const Segment& segment, const Row& row) const {
    const Amount room = std::max<Amount>(0, CapOf(segment, row.shown) - row.shown.held);
    if (limit_.measure == LimitMeasure::kUnits) return room;
    const Units units = room / std::max<MinorUnits>(1, row.lowest_price);
    return row.shown.held == 0 ? std::max<Units>(1, units) : units;
  }

  void MarkEdges(size_t segment) {
    edge_cells_.cells.resize(given_.candidates.offer.size() * edge_cells_.stride);
    const std::vector<int64_t>& begin = given_.candidates.need_begin;
    for (int32_t need : needs_[segment]) {
      for (int64_t edge = begin[need]; edge < begin[need + 1]; ++edge) {
        CellIndex* next = &edge_cells_.cells[edge * edge_cells_.stride];
        for (PartyIndex controller : ControllersOfOffer(edge)) {
          const CellIndex cell = rows_[place_[controller.at()].row].shown.cell;
          if (cell.present()) *next++ = cell;
        }
      }
    }
  }

  // Groups are noted edge by edge, and those noted twice thrown out now and then.
  static constexpr size_t kEligibleKeptMax = 1 << 16;

  const KnownOfRound& given_;
  const int32_t limit_position_;
  const Limit limit_;
  // Holdings from this day on count.
  const Day first_day_;
  SegmentTable& table_;
  std::vector<Units>& cell_room_;
  EdgeCells edge_cells_;

  std::vector<SegmentKey> keys_;
  int32_t first_segment_ = 0;
  BySegment needs_;
  BySegment held_;
  // Of the segment at hand: its controllers, by party where each stands, and what its demand costs at most.
  std::vector<Row> rows_;
  std::vector<Place> place_;
  std::vector<PartyIndex> eligible_groups_;
  Amount highest_demanded_ = 0;
  // What the offers that can serve it have left, and by offer the last segment in which it was counted.
  Amount offered_ = 0;
  std::vector<int32_t> offer_segment_;
};

}  // namespace

absl::StatusOr<EdgeCells> AppendLimitCells(const KnownOfRound& known, int32_t limit_position,
                                           SegmentTable* table, std::vector<Units>* cell_room,
                                           const std::function<bool()>& stop) {
  return LimitCells(known, limit_position, *table, *cell_room).Append(stop);
}

}  // namespace ayni::matcher
