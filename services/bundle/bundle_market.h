// What the numbers of a round's problem stand for, as columns: whose they are, by pseudonyms, and what the
// policy's limits make of them. services/round/README.md lists them.
#ifndef AYNI_SERVICES_BUNDLE_BUNDLE_MARKET_H_
#define AYNI_SERVICES_BUNDLE_BUNDLE_MARKET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "matcher/problem.h"

namespace ayni::services {

struct BundleMarket {
  using Column = std::vector<int64_t>;

  // Pseudonyms: 64 bits each. Groups only of OBJECTIVE_MAXMIN.
  Column need_name, offer_name, tap_name, controller_name, group_name;
  Column need_open;    // units that the need lacks; 0 where its days are over
  Column offer_owner;  // its TAP
  Column offer_price;  // in minor units; empty where no limit measures money
  // What a unit of each candidate costs, in minor units; empty where it is the offer's price everywhere, and
  // where no limit measures money.
  Column edge_price;

  Column limit_basis, limit_measure;  // as LimitBasis and LimitMeasure of the policy have them

  Column segment_limit;  // position in the policy
  Column segment_share;  // in hundredths of a per cent
  Column segment_demanded, segment_held, segment_volume, segment_cap;
  Column segment_waived;     // 1: no cap holds here
  Column segment_row_begin;  // and one more
  // Controllers of a segment, ascending.
  Column row_controller, row_held;
  // The most that the cap is a share of: by LIMIT_BASIS_OFFERED; else kAmountMax.
  Column row_volume_max;
  Column row_cell;  // -1: none is needed

  Column need_segment;          // of limit l and need n at l x needs + n; -1: none
  Column tap_controller_begin;  // of limit l and TAP t at l x TAPs + t, and one more
  Column tap_controller;        // ascending

  // Of caps that follow from what is matched (matcher/settling.h): the rooms of each clearing, one after the
  // other, empty where there was one; and what was taken away after the last one.
  Column clearing_room;
  Column taken_edge, taken_units;
};

template <typename MarketLike, typename Visit>
void VisitMarket(MarketLike& market, Visit&& visit) {
  visit("need_name", market.need_name);
  visit("offer_name", market.offer_name);
  visit("tap_name", market.tap_name);
  visit("controller_name", market.controller_name);
  visit("group_name", market.group_name);
  visit("need_open", market.need_open);
  visit("offer_owner", market.offer_owner);
  visit("offer_unit_price", market.offer_price);
  visit("edge_unit_price", market.edge_price);
  visit("limit_basis", market.limit_basis);
  visit("limit_measure", market.limit_measure);
  visit("segment_limit", market.segment_limit);
  visit("segment_share", market.segment_share);
  visit("segment_demanded", market.segment_demanded);
  visit("segment_held", market.segment_held);
  visit("segment_volume", market.segment_volume);
  visit("segment_cap", market.segment_cap);
  visit("segment_waived", market.segment_waived);
  visit("segment_row_begin", market.segment_row_begin);
  visit("row_controller", market.row_controller);
  visit("row_held", market.row_held);
  visit("row_volume_max", market.row_volume_max);
  visit("row_cell", market.row_cell);
  visit("need_segment", market.need_segment);
  visit("tap_controller_begin", market.tap_controller_begin);
  visit("tap_controller", market.tap_controller);
  visit("clearing_room", market.clearing_room);
  visit("taken_edge", market.taken_edge);
  visit("taken_units", market.taken_units);
}

std::string DigestOf(const BundleMarket& market);

// Whether the columns fit one another and the problem, of which the last `kept_count` cells are of reserves
// and floors: OK, or InvalidArgument naming a column. What passes can be indexed without a further look.
// REQUIRES: the problem passes Validate.
absl::Status Validate(const BundleMarket& market, const matcher::Problem& problem, int64_t kept_count);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_BUNDLE_BUNDLE_MARKET_H_
