#include <algorithm>
#include <utility>

#include "matcher/limit.h"
#include "services/round/round_bundle.h"

namespace ayni::services {
namespace {

using matcher::Market;
using matcher::NeedIndex;
using matcher::OfferIndex;
using matcher::PartyIndex;
using matcher::TapIndex;

int64_t BasisNumber(matcher::LimitBasis basis) {
  if (basis == matcher::LimitBasis::kMatched) return v1::LIMIT_BASIS_MATCHED;
  return basis == matcher::LimitBasis::kOffered ? v1::LIMIT_BASIS_OFFERED : v1::LIMIT_BASIS_DEMAND;
}

class MarketOfRound {
 public:
  MarketOfRound(const ClearedRound& cleared, const Pseudonyms& pseudonyms)
      : cleared_(cleared), market_(cleared.market.market()), pseudonyms_(pseudonyms) {}

  BundleMarket Make() {
    FindControllers();
    AddNames();
    AddLimits();
    AddSegments();
    AddPlaces();
    AddCourse();
    return std::move(columns_);
  }

 private:
  template <typename Index>
  int64_t NameOf(Index index) const {
    return pseudonyms_.NumberOf(cleared_.market.NameOf(index));
  }

  // In the order of their parties, which is that of a segment's rows and of equal shares.
  void FindControllers() {
    const matcher::SegmentTable& table = cleared_.posed.segments;
    std::vector<bool> is_controller;
    const auto note = [&](PartyIndex party) {
      if (party.at() >= is_controller.size()) is_controller.resize(party.at() + 1);
      is_controller[party.at()] = true;
    };
    for (const matcher::SegmentController& row : table.controllers) note(row.controller);
    for (const matcher::Limit& limit : table.limits) {
      for (int32_t tap = 0; tap < market_.tap_count(); ++tap) {
        for (const PartyIndex party : ControllersOf(market_.tap(TapIndex{tap}), limit.controller_level))
          note(party);
      }
    }
    place_of_party_.resize(is_controller.size(), -1);
    for (size_t party = 0; party < is_controller.size(); ++party) {
      if (!is_controller[party]) continue;
      place_of_party_[party] = static_cast<int64_t>(columns_.controller_name.size());
      columns_.controller_name.push_back(NameOf(PartyIndex{static_cast<int32_t>(party)}));
    }
  }

  void AddNames() {
    const bool has_prices = std::any_of(
        cleared_.posed.segments.limits.begin(), cleared_.posed.segments.limits.end(),
        [](const matcher::Limit& limit) { return limit.measure == matcher::LimitMeasure::kMoney; });
    for (int32_t at = 0; at < market_.need_count(); ++at) {
      const matcher::Need need = market_.need(NeedIndex{at});
      columns_.need_name.push_back(NameOf(NeedIndex{at}));
      columns_.need_open.push_back(
          need.window.last < cleared_.today ? 0 : std::max<matcher::Units>(0, need.open_quantity));
    }
    for (int32_t at = 0; at < market_.offer_count(); ++at) {
      const matcher::Offer offer = market_.offer(OfferIndex{at});
      columns_.offer_name.push_back(NameOf(OfferIndex{at}));
      columns_.offer_owner.push_back(offer.tap.value);
      if (has_prices) columns_.offer_price.push_back(offer.price);
    }
    if (has_prices) AddEdgePrices();
    for (int32_t at = 0; at < market_.tap_count(); ++at) columns_.tap_name.push_back(NameOf(TapIndex{at}));
    if (!cleared_.maxmin.has_value()) return;
    for (const std::string& name : cleared_.maxmin->cooperatives.names)
      columns_.group_name.push_back(pseudonyms_.NumberOf(name));
  }

  // None where each candidate costs what its offer does.
  void AddEdgePrices() {
    const matcher::Problem& problem = cleared_.posed.problem;
    bool differ = false;
    std::vector<int64_t> prices;
    for (int32_t need = 0; need < problem.need_count(); ++need) {
      const matcher::Need asked = market_.need(NeedIndex{need});
      for (int64_t edge = problem.need_edge_begin[need]; edge < problem.need_edge_begin[need + 1]; ++edge) {
        const matcher::Offer offer = market_.offer(problem.edge_offer[edge]);
        prices.push_back(matcher::PriceFor(asked, offer));
        differ |= prices.back() != offer.price;
      }
    }
    if (differ) columns_.edge_price = std::move(prices);
  }

  void AddLimits() {
    for (const matcher::Limit& limit : cleared_.posed.segments.limits) {
      columns_.limit_basis.push_back(BasisNumber(limit.basis));
      columns_.limit_measure.push_back(
          limit.measure == matcher::LimitMeasure::kUnits ? v1::LIMIT_MEASURE_UNITS : v1::LIMIT_MEASURE_MONEY);
    }
  }

  void AddSegments() {
    const matcher::SegmentTable& table = cleared_.posed.segments;
    for (const matcher::Segment& segment : table.segments) {
      columns_.segment_limit.push_back(segment.limit);
      columns_.segment_share.push_back(segment.share_basis_points);
      columns_.segment_demanded.push_back(segment.demanded);
      columns_.segment_held.push_back(segment.held);
      columns_.segment_volume.push_back(segment.volume);
      columns_.segment_cap.push_back(segment.cap);
      columns_.segment_waived.push_back(segment.waived ? 1 : 0);
    }
    columns_.segment_row_begin = table.controller_begin;
    for (const matcher::SegmentController& row : table.controllers) {
      columns_.row_controller.push_back(place_of_party_[row.controller.at()]);
      columns_.row_held.push_back(row.held);
      columns_.row_volume_max.push_back(row.volume_max);
      columns_.row_cell.push_back(row.cell.value);
    }
  }

  void AddPlaces() {
    const matcher::SegmentTable& table = cleared_.posed.segments;
    for (const std::vector<matcher::SegmentIndex>& of_limit : table.need_segment) {
      for (const matcher::SegmentIndex segment : of_limit) columns_.need_segment.push_back(segment.value);
    }
    columns_.tap_controller_begin.push_back(0);
    for (const matcher::Limit& limit : table.limits) {
      for (int32_t tap = 0; tap < market_.tap_count(); ++tap) {
        for (const PartyIndex party : ControllersOf(market_.tap(TapIndex{tap}), limit.controller_level))
          columns_.tap_controller.push_back(place_of_party_[party.at()]);
        columns_.tap_controller_begin.push_back(static_cast<int64_t>(columns_.tap_controller.size()));
      }
    }
  }

  void AddCourse() {
    const ClearingCourse& course = cleared_.course;
    for (const std::vector<matcher::Units>& rooms : course.rooms)
      columns_.clearing_room.insert(columns_.clearing_room.end(), rooms.begin(), rooms.end());
    columns_.taken_edge = course.taken_edges;
    columns_.taken_units = course.taken_units;
  }

  const ClearedRound& cleared_;
  const Market& market_;
  const Pseudonyms& pseudonyms_;
  std::vector<int64_t> place_of_party_;
  BundleMarket columns_;
};

}  // namespace

BundleMarket MarketColumns(const ClearedRound& cleared, const Pseudonyms& pseudonyms) {
  return MarketOfRound(cleared, pseudonyms).Make();
}

}  // namespace ayni::services
