// Limits on how much of a market one provider may hold, worked out for one round.
//
// A limit cuts the market into segments: a service in a territory of some level, and optionally one value
// chain. In each segment every controller, a TAP or an ownership group, has a cell:
//   volume  V = demand of the segment's needs + units held in it by matches of the limit's window
//   cap       = max(1, ceil(share * V))
//   room      = max(0, cap - what the controller holds)
// Of a need, only what its candidates can serve is demand: the lesser of what it lacks and the sum of their
// bounds. Otherwise one need that nobody can serve, of a vast quantity, would lift every cap in its segment.
// A segment is thin where fewer independent controllers, that is ownership groups, than min_controllers have
// a candidate in it. In a thin segment kWaive lets the cells go, and its matches are SOLE_SOURCE; kEnforce
// keeps them.
#ifndef AYNI_MATCHER_LIMIT_H_
#define AYNI_MATCHER_LIMIT_H_

#include <compare>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "matcher/market.h"

namespace ayni::matcher {

using SegmentIndex = Index<struct SegmentTag>;

inline constexpr int kLimitsMax = 8;
inline constexpr int32_t kLimitWindowDaysMax = 3'660;

// A controller is always a party: the TAP's own, or the one that stands for its ownership group.
enum class ControllerLevel : uint8_t { kTap, kOwnershipGroup };
enum class ThinMarketRule : uint8_t { kWaive, kEnforce };

struct Limit {
  ControllerLevel controller_level = ControllerLevel::kTap;
  TerritoryLevel territory_level = TerritoryLevel::kDistrict;
  bool by_value_chain = false;
  int32_t share_basis_points = 10'000;  // 1..10,000
  int32_t window_days = 0;              // 0..kLimitWindowDaysMax; 0: nothing from before the round counts
  int32_t min_controllers = 0;          // 0: no segment is thin
  ThinMarketRule thin_market_rule = ThinMarketRule::kWaive;
};

// At most kLimitsMax, each in its ranges: OK, or InvalidArgument naming the first that is not.
absl::Status Validate(absl::Span<const Limit> limits);

// What tells a limit's segments apart.
struct SegmentKey {
  ServiceIndex service;
  TerritoryIndex territory;
  ChainIndex chain;  // None() where the limit does not tell chains apart

  friend auto operator<=>(const SegmentKey&, const SegmentKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const SegmentKey& key) {
    return H::combine(std::move(h), key.service.value, key.territory.value, key.chain.value);
  }
};

// The segment of the limit in which a need, or a holding, of these counts.
SegmentKey SegmentOf(const Market& market, const Limit& limit, ServiceIndex service, TerritoryIndex district,
                     ChainIndex chain);

// Units that a live match of an earlier round holds.
struct Holding {
  ServiceIndex service;
  ChainIndex chain;
  TerritoryIndex district;
  TapIndex tap;
  Units units = 0;
  Day day = 0;  // of its round's publication; of one that was made between rounds, its own
};

struct Segment {
  int32_t limit = 0;  // position among the limits
  ServiceIndex service;
  TerritoryIndex territory;
  ChainIndex chain;  // None() where the limit does not tell chains apart
  Units demanded = 0;
  // What its needs lack beyond that: no candidate can serve it today.
  Units unreached = 0;
  Units held = 0;
  Units cap = 0;
  // Ownership groups with a candidate, at either level: TAPs of one owner are no choice.
  int32_t eligible_controller_count = 0;
  bool thin = false;
  // Thin, under the rule kWaive: no cap holds here.
  bool waived = false;

  Units volume() const { return demanded + held; }
};

// What one controller has to do with one segment: it holds units of it, has candidates in it, or both.
struct SegmentController {
  PartyIndex controller;
  Units held = 0;
  bool eligible = false;
  // The problem's cell; None() where none is needed: the segment is waived, nothing can be matched, or the
  // demand that its candidates reach is within its room.
  CellIndex cell = CellIndex::None();
};

struct SegmentTable {
  std::vector<Limit> limits;
  // Ascending by limit, service, territory and chain. All with a need that is open and not over, or holdings.
  std::vector<Segment> segments;
  // Controllers of segment s stand in [controller_begin[s], controller_begin[s + 1]), ascending.
  std::vector<int64_t> controller_begin = {0};
  std::vector<SegmentController> controllers;
  // By limit and NeedIndex; None() where the need has nothing open or its days are over.
  std::vector<std::vector<SegmentIndex>> need_segment;

  absl::Span<const SegmentController> ControllersOf(SegmentIndex segment) const;
  // Whether some limit is waived where the need is.
  bool SoleSource(NeedIndex need) const;
};

// REQUIRES: the tap is a row of the market.
PartyIndex ControllerOf(const Tap& tap, ControllerLevel level);

// max(1, ceil(share * volume)).
Units CapOf(int32_t share_basis_points, Units volume);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_LIMIT_H_
