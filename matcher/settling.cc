#include "matcher/settling.h"

#include <algorithm>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "matcher/invariant.h"

namespace ayni::matcher {
namespace {

// The position of the controller in SegmentTable::controllers.
int64_t RowOf(const SegmentTable& table, SegmentIndex segment, PartyIndex controller) {
  const auto rows = table.ControllersOf(segment);
  const auto found = std::lower_bound(
      rows.begin(), rows.end(), controller,
      [](const SegmentController& row, PartyIndex wanted) { return row.controller < wanted; });
  INVARIANT(found != rows.end() && found->controller == controller, "a match is of a candidate");
  return &*found - table.controllers.data();
}

bool IsSettled(const SegmentTable& table, size_t segment) {
  return table.limits[table.segments[segment].limit].basis == LimitBasis::kMatched;
}

// A controller may always have one unit.
bool IsAboveCap(const SegmentTable& table, const MatchedAmounts& matched, size_t segment, int64_t row) {
  const Segment& at = table.segments[segment];
  if (at.waived || matched.units_of_controller[row] == 0) return false;
  const Amount held = table.controllers[row].held;
  if (held == 0 && matched.units_of_controller[row] == 1) return false;
  const Amount cap = CapOf(at.share_basis_points, Plus(at.held, matched.of_segment[segment]));
  return Plus(held, matched.of_controller[row]) > cap;
}

void SetCaps(const MatchedAmounts& matched, SegmentTable& table) {
  for (size_t at = 0; at < table.segments.size(); ++at) {
    if (!IsSettled(table, at)) continue;
    Segment& segment = table.segments[at];
    segment.volume = Plus(segment.held, matched.of_segment[at]);
    segment.cap = CapOf(segment.share_basis_points, segment.volume);
  }
}

// The units that the cap leaves a controller, at the mean price of what it was given.
Units RoomUnder(const Segment& segment, Amount held, Amount amount, Units units) {
  const Amount room = std::max<Amount>(0, segment.cap - held);
  const Units fit =
      amount == 0 ? kUnitsMax : static_cast<Units>(static_cast<__int128>(room) * units / amount);
  return std::clamp<Units>(fit, held == 0 ? 1 : 0, kUnitsMax);
}

// One edge that a controller above its cap was given.
struct Given {
  int32_t weight;
  int64_t edge;
  MinorUnits price;
};

// By position in SegmentTable::controllers: of those above their caps.
using GivenByRow = absl::flat_hash_map<int64_t, std::vector<Given>>;

GivenByRow GivenAboveCaps(const Market& market, const Problem& problem, const SegmentTable& table,
                          const MatchedAmounts& matched, absl::Span<const Units> edge_units) {
  GivenByRow given;
  for (int32_t need = 0; need < problem.need_count(); ++need) {
    for (int64_t edge = problem.need_edge_begin[need]; edge < problem.need_edge_begin[need + 1]; ++edge) {
      if (edge_units[edge] == 0) continue;
      const Need asked = market.need(NeedIndex{need});
      const Offer offer = market.offer(problem.edge_offer[edge]);
      const Tap& tap = market.tap(offer.tap);
      for (size_t limit = 0; limit < table.limits.size(); ++limit) {
        const SegmentIndex segment = table.need_segment[limit][need];
        if (!IsSettled(table, segment.at())) continue;
        for (PartyIndex controller : ControllersOf(tap, table.limits[limit].controller_level)) {
          const int64_t row = RowOf(table, segment, controller);
          if (IsAboveCap(table, matched, segment.at(), row))
            given[row].push_back({problem.edge_weight[edge], edge, PriceFor(asked, offer)});
        }
      }
    }
  }
  return given;
}

// Takes from the controller what it has above the cap, lightest first, and leaves it one unit.
void TakeFrom(const Problem& problem, const SegmentTable& table, size_t segment, int64_t row,
              const MatchedAmounts& matched, std::vector<Given>& given, std::vector<Units>& edge_units) {
  std::sort(given.begin(), given.end(), [](const Given& a, const Given& b) {
    return std::tie(a.weight, a.edge) < std::tie(b.weight, b.edge);
  });
  const Segment& of = table.segments[segment];
  const Amount held = table.controllers[row].held;
  Amount excess = Plus(held, matched.of_controller[row]) - of.cap;
  Units left = matched.units_of_controller[row];
  for (const Given& each : given) {
    Units& units = edge_units[each.edge];
    if (excess <= 0 || (held == 0 && left <= 1)) return;
    if (units == 0) continue;
    const OfferIndex offer = problem.edge_offer[each.edge];
    const Amount price = std::max<Amount>(1, Measured(table.limits[of.limit], 1, each.price));
    Units less = std::min<Units>(units, (excess + price - 1) / price);
    if (held == 0) less = std::min(less, left - 1);
    if (units - less < problem.offer_lot[offer.at()]) less = units;
    units -= less;
    left -= less;
    excess -= less * price;
  }
}

}  // namespace

MatchedAmounts AmountsMatched(const Market& market, const Problem& problem, const SegmentTable& table,
                              absl::Span<const Units> edge_units) {
  MatchedAmounts matched{
      std::vector<Amount>(table.segments.size()), std::vector<int32_t>(table.segments.size()),
      std::vector<Amount>(table.controllers.size()), std::vector<Units>(table.controllers.size())};
  const std::vector<int64_t>& begin = problem.need_edge_begin;
  for (int32_t need = 0; need < problem.need_count(); ++need) {
    for (int64_t edge = begin[need]; edge < begin[need + 1]; ++edge) {
      if (edge_units[edge] == 0) continue;
      const Offer offer = market.offer(problem.edge_offer[edge]);
      const MinorUnits price = PriceFor(market.need(NeedIndex{need}), offer);
      for (size_t limit = 0; limit < table.limits.size(); ++limit) {
        const SegmentIndex segment = table.need_segment[limit][need];
        const Amount amount = Measured(table.limits[limit], edge_units[edge], price);
        matched.of_segment[segment.at()] = Plus(matched.of_segment[segment.at()], amount);
        ++matched.matches_of_segment[segment.at()];
        for (PartyIndex controller :
             ControllersOf(market.tap(offer.tap), table.limits[limit].controller_level)) {
          const int64_t row = RowOf(table, segment, controller);
          matched.of_controller[row] = Plus(matched.of_controller[row], amount);
          matched.units_of_controller[row] += edge_units[edge];
        }
      }
    }
  }
  return matched;
}

bool NeedsSettling(const SegmentTable& table) {
  return std::any_of(table.limits.begin(), table.limits.end(),
                     [](const Limit& limit) { return limit.basis == LimitBasis::kMatched; });
}

bool LowerRooms(const Market& market, absl::Span<const Units> edge_units, PosedProblem* posed) {
  SegmentTable& table = posed->segments;
  const MatchedAmounts matched = AmountsMatched(market, posed->problem, table, edge_units);
  SetCaps(matched, table);
  bool lowered = false;
  for (size_t at = 0; at < table.segments.size(); ++at) {
    if (!IsSettled(table, at)) continue;
    bool is_above = false;
    for (int64_t row = table.controller_begin[at]; row < table.controller_begin[at + 1]; ++row)
      is_above |= IsAboveCap(table, matched, at, row);
    if (!is_above) continue;
    for (int64_t row = table.controller_begin[at]; row < table.controller_begin[at + 1]; ++row) {
      const SegmentController& controller = table.controllers[row];
      if (!controller.cell.present()) continue;
      Units& room = posed->problem.cell_room[controller.cell.at()];
      const bool of_money = table.limits[table.segments[at].limit].measure == LimitMeasure::kMoney;
      if (of_money && !IsAboveCap(table, matched, at, row)) continue;
      const Units fits = of_money ? RoomUnder(table.segments[at], controller.held, matched.of_controller[row],
                                              matched.units_of_controller[row])
                                  : RoomUnder(table.segments[at], controller.held, 1, 1);
      if (fits >= room) continue;
      room = fits;
      lowered = true;
    }
  }
  return lowered;
}

// Every pass takes something away or is the last.
void TakeAboveCaps(const Market& market, const Problem& problem, SegmentTable* table,
                   std::vector<Units>* edge_units) {
  if (!NeedsSettling(*table)) return;
  for (;;) {
    const MatchedAmounts matched = AmountsMatched(market, problem, *table, *edge_units);
    SetCaps(matched, *table);
    GivenByRow given = GivenAboveCaps(market, problem, *table, matched, *edge_units);
    if (given.empty()) return;
    for (size_t at = 0; at < table->segments.size(); ++at) {
      for (int64_t row = table->controller_begin[at]; row < table->controller_begin[at + 1]; ++row) {
        const auto found = given.find(row);
        if (found == given.end()) continue;
        TakeFrom(problem, *table, at, row, matched, found->second, *edge_units);
      }
    }
  }
}

bool CapsHold(const Market& market, const Problem& problem, const SegmentTable& table,
              absl::Span<const Units> edge_units) {
  if (!NeedsSettling(table)) return true;
  const MatchedAmounts matched = AmountsMatched(market, problem, table, edge_units);
  for (size_t at = 0; at < table.segments.size(); ++at) {
    if (!IsSettled(table, at)) continue;
    for (int64_t row = table.controller_begin[at]; row < table.controller_begin[at + 1]; ++row) {
      if (IsAboveCap(table, matched, at, row)) return false;
    }
  }
  return true;
}

}  // namespace ayni::matcher
