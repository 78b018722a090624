#include "services/explanation/limit_values.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/int128.h"
#include "services/explanation/telling.h"

namespace ayni::services {
namespace {

constexpr int64_t kPercentagePoints = 100;

// Units that needs lacked and a resource turned away: by cell, TAP and offer.
class TurnedAway {
 public:
  std::vector<matcher::Units> cell;
  std::vector<matcher::Units> tap;
  std::vector<matcher::Units> offer;

  explicit TurnedAway(const ExplainedRound& round)
      : cell(round.problem().cell_count()),
        tap(round.problem().tap_count()),
        offer(round.problem().offer_count()),
        round_(round) {
    for (int32_t need = 0; need < round.problem().need_count(); ++need) AddNeed(matcher::NeedIndex{need});
  }

 private:
  using ByResource = absl::flat_hash_map<int32_t, matcher::Units>;

  // Without the price of the resource it would have been worth more than all others.
  static void Add(int64_t reduced, int64_t price, int32_t resource, matcher::Units units,
                  ByResource* of_need) {
    if (price > 0 && reduced + price > 0) (*of_need)[resource] += units;
  }
  static void Join(const ByResource& of_need, matcher::Units lacked, std::vector<matcher::Units>* all) {
    for (const auto& [resource, units] : of_need) (*all)[resource] += std::min(lacked, units);
  }

  void AddNeed(matcher::NeedIndex need) {
    const matcher::Problem& problem = round_.problem();
    const matcher::Units lacked = problem.need_demand[need.at()] - round_.GivenTo(need);
    if (lacked <= 0) return;
    ByResource cells;
    ByResource taps;
    ByResource offers;
    for (int64_t edge = problem.need_edge_begin[need.at()]; edge < problem.need_edge_begin[need.at() + 1];
         ++edge) {
      const matcher::Units left = problem.edge_bound[edge] - round_.Given(edge);
      const matcher::OfferIndex of = problem.edge_offer[edge];
      if (left <= 0) continue;
      const int64_t reduced = round_.ReducedValueOf(edge);
      Add(reduced, round_.prices().offer[of.at()], of.value, left, &offers);
      const matcher::TapIndex its_tap = problem.offer_tap[of.at()];
      if (its_tap.present()) Add(reduced, round_.prices().tap[its_tap.at()], its_tap.value, left, &taps);
      for (int64_t at = problem.edge_cell_begin[edge]; at < problem.edge_cell_begin[edge + 1]; ++at) {
        const matcher::CellIndex in = problem.edge_cell[at];
        Add(reduced, round_.prices().cell[in.at()], in.value, left, &cells);
      }
    }
    Join(cells, lacked, &cell);
    Join(taps, lacked, &tap);
    Join(offers, lacked, &offer);
  }

  const ExplainedRound& round_;
};

// The units that a percentage point of the segment's volume comes to, at the price of one.
int64_t SharePointValue(matcher::Amount volume, int64_t price) {
  return static_cast<int64_t>(absl::int128(volume) * price / kPercentagePoints / matcher::kPriceScale);
}

void AddCells(const ExplainedRound& round, const TurnedAway& turned_away,
              std::vector<v1::LimitValue>* values) {
  const Telling telling(round, Caller{}, TextLanguage::kEnglish);
  const matcher::SegmentTable& table = round.segments();
  for (int32_t segment = 0; segment < static_cast<int32_t>(table.segments.size()); ++segment) {
    for (int64_t row = table.controller_begin[segment]; row < table.controller_begin[segment + 1]; ++row) {
      const matcher::CellIndex cell = table.controllers[row].cell;
      if (!cell.present() || round.prices().cell[cell.at()] <= 0) continue;
      const int64_t price = round.prices().cell[cell.at()];
      v1::LimitValue& value = values->emplace_back();
      *value.mutable_price()->mutable_cell() = round.cells()[cell.at()];
      value.mutable_price()->set_price(price);
      *value.mutable_limit() =
          telling.LimitOf({table.segments[segment].limit, matcher::SegmentIndex{segment}, row});
      value.set_capacity(round.problem().cell_room[cell.at()]);
      value.set_given_quantity(round.amounts().units_of_controller[row]);
      value.set_share_point_value(SharePointValue(table.segments[segment].volume, price));
      value.set_turned_away_quantity(turned_away.cell[cell.at()]);
    }
  }
}

// Of reserves and floors, which hold other matches back: their prices are below 0.
void AddKept(const ExplainedRound& round, std::vector<v1::LimitValue>* values) {
  const matcher::Problem& problem = round.problem();
  std::vector<matcher::Units> given(problem.cell_count());
  for (int64_t edge = 0; edge < problem.edge_count(); ++edge) {
    for (int64_t at = problem.edge_cell_begin[edge]; at < problem.edge_cell_begin[edge + 1]; ++at)
      given[problem.edge_cell[at].at()] += round.Given(edge);
  }
  for (const matcher::Kept& kept : round.posed().posed.kept) {
    const int64_t price = round.prices().cell[kept.cell.at()];
    if (price >= 0) continue;
    v1::LimitValue& value = values->emplace_back();
    *value.mutable_price()->mutable_cell() = round.cells()[kept.cell.at()];
    value.mutable_price()->set_price(price);
    value.set_capacity(kept.quantity);
    value.set_given_quantity(given[kept.cell.at()]);
  }
}

}  // namespace

std::vector<v1::LimitValue> LimitValues(const ExplainedRound& round) {
  const TurnedAway turned_away(round);
  std::vector<v1::LimitValue> values;
  AddCells(round, turned_away, &values);
  AddKept(round, &values);
  for (int32_t at = 0; at < round.problem().tap_count(); ++at) {
    if (round.prices().tap[at] <= 0) continue;
    v1::LimitValue& value = values.emplace_back();
    value.mutable_price()->set_tap(round.named().NameOf(matcher::TapIndex{at}));
    value.mutable_price()->set_price(round.prices().tap[at]);
    value.set_capacity(round.problem().tap_capacity[at]);
    value.set_given_quantity(round.GivenOf(matcher::TapIndex{at}));
    value.set_turned_away_quantity(turned_away.tap[at]);
  }
  for (int32_t at = 0; at < round.problem().offer_count(); ++at) {
    if (round.prices().offer[at] <= 0) continue;
    v1::LimitValue& value = values.emplace_back();
    value.mutable_price()->set_offer(round.named().NameOf(matcher::OfferIndex{at}));
    value.mutable_price()->set_price(round.prices().offer[at]);
    value.set_capacity(round.problem().offer_capacity[at]);
    value.set_given_quantity(round.GivenOf(matcher::OfferIndex{at}));
    value.set_turned_away_quantity(turned_away.offer[at]);
  }
  std::stable_sort(values.begin(), values.end(), [](const v1::LimitValue& a, const v1::LimitValue& b) {
    return a.price().price() > b.price().price();
  });
  return values;
}

}  // namespace ayni::services
