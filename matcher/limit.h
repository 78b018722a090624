// Limits on how much of a market one provider may hold, worked out for one round.
//
// A limit cuts the market into segments: a service or a family of services in a territory of some level, and
// optionally one value chain. In each segment every controller, a TAP or whoever stands behind it, has a
// cell:
//   volume  V = demand of the segment's needs + what matches of the limit's window hold in it   (kDemand)
//             = what the round matches in it + what matches of the limit's window hold in it    (kMatched)
//             = as kDemand, but for a controller at most others / (1 - share)                   (kOffered)
//   others    = what the other controllers' offers have left, at most the demand that their candidates reach
//             + what matches of the limit's window hold without the controller
//   cap       = max(1, ceil(share * V))
//   room      = max(0, cap - what the controller holds)
// Of a need, only what its candidates can serve is demand: the lesser of what it lacks and the sum of their
// bounds; and of a segment, what the offers that are candidates in it have left, each counted once. Otherwise
// one need that nobody can serve, of a vast quantity, or one that is posted twenty times, would lift every
// cap. Of kMatched, demand that is not matched lifts no cap at all; settling.h finds the caps. Of kOffered,
// even where all others deliver in full, the controller has at most its share of what is then delivered: what
// it says of its own capacity, and demand that it alone reaches, lift nothing. Of kMoney,
// what is held and matched is counted by its price, in minor units, and each currency has segments of its
// own; there the 1 of the cap is one unit of a service at its price. A TAP that counts with several
// controllers at a level counts with each in full. A segment is thin where fewer independent controllers than
// min_controllers have a candidate in it, or would have, had none been declined: ownership groups, or
// controllers of the limit's level where these are fewer. In a thin segment kWaive lets the cells go, and its
// matches are SOLE_SOURCE; kEnforce keeps them.
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
// Units, or minor units of a currency: what the limit measures.
using Amount = int64_t;
// Amounts beyond it are held to it: no market comes near.
inline constexpr Amount kAmountMax = 4'000'000'000'000'000'000;

inline constexpr int kLimitsMax = 8;
inline constexpr int32_t kLimitWindowDaysMax = 3'660;

// A controller is always a party: the TAP's own, or one that stands for an ownership group.
enum class ControllerLevel : uint8_t { kTap, kOwnershipGroup, kSupplier, kBrand, kFunder };
enum class LimitBasis : uint8_t { kDemand, kMatched, kOffered };
enum class LimitMeasure : uint8_t { kUnits, kMoney };
enum class ThinMarketRule : uint8_t { kWaive, kEnforce };

// Another share in some segments, on the days of its window.
struct LimitException {
  ServiceIndex service;      // None(): all; of a limit by family: the family that it is of
  TerritoryIndex territory;  // that of the segment, or one that holds it
  ChainIndex chain;          // None(): all
  int32_t share_basis_points = 10'000;
  Window window;
};

struct Limit {
  ControllerLevel controller_level = ControllerLevel::kTap;
  TerritoryLevel territory_level = TerritoryLevel::kDistrict;
  bool by_family = false;
  bool by_value_chain = false;
  LimitBasis basis = LimitBasis::kDemand;
  LimitMeasure measure = LimitMeasure::kUnits;  // kMoney needs kMatched
  int32_t share_basis_points = 10'000;          // 1..10,000
  int32_t window_days = 0;      // 0..kLimitWindowDaysMax; 0: nothing from before the round counts
  int32_t min_controllers = 0;  // 0: no segment is thin
  ThinMarketRule thin_market_rule = ThinMarketRule::kWaive;
  std::vector<LimitException> exceptions = {};  // of several that are about a segment, the last stands
};

// At most kLimitsMax, each in its ranges: OK, or InvalidArgument naming the first that is not.
absl::Status Validate(absl::Span<const Limit> limits);

// What tells a limit's segments apart.
struct SegmentKey {
  ServiceIndex service;  // None() where the limit takes families as one
  FamilyIndex family;    // None() where it takes services one by one
  TerritoryIndex territory;
  ChainIndex chain;        // None() where the limit does not tell chains apart
  CurrencyIndex currency;  // None() where it counts units

  friend auto operator<=>(const SegmentKey&, const SegmentKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const SegmentKey& key) {
    return H::combine(std::move(h), key.service.value, key.family.value, key.territory.value, key.chain.value,
                      key.currency.value);
  }
};

// What has a place in the segments of limits: a need, or a holding.
struct Placed {
  ServiceIndex service;
  ChainIndex chain;
  TerritoryIndex district;
  CurrencyIndex currency;
};

// The segment of the limit in which it counts.
SegmentKey SegmentOf(const Market& market, const Limit& limit, const Placed& placed);
inline Placed PlacedOf(const Need& need) { return {need.service, need.chain, need.district, need.currency}; }

// What a live match of an earlier round holds.
struct Holding {
  Placed placed;
  TapIndex tap;
  Units units = 0;
  Day day = 0;  // of its round's publication; of one that was made between rounds, its own
  MinorUnits unit_price = 0;
};

struct Segment {
  int32_t limit = 0;  // position among the limits
  SegmentKey key;
  int32_t share_basis_points = 0;  // the limit's, or an exception's
  // Of kMoney, what the demand would cost at the price of each need's cheapest candidate.
  Amount demanded = 0;
  // What its needs lack beyond that: no candidate can serve it today. Of kMoney 0.
  Amount unreached = 0;
  Amount held = 0;
  // What caps are shares of; of kMatched, as it was when caps were last set; of kOffered, the most that any
  // controller's is.
  Amount volume = 0;
  Amount cap = 0;
  // Independent controllers with a candidate: TAPs of one owner are no choice, at any level.
  int32_t eligible_controller_count = 0;
  bool thin = false;
  // Thin, under the rule kWaive: no cap holds here.
  bool waived = false;
};

// What one controller has to do with one segment: it holds units of it, has candidates in it, or both.
struct SegmentController {
  PartyIndex controller;
  Amount held = 0;
  bool eligible = false;
  // Of kOffered, the most that its volume counts; of others kAmountMax.
  Amount volume_max = kAmountMax;
  // The problem's cell; None() where none is needed: the segment is waived, nothing can be matched, or the
  // demand that its candidates reach is within its room.
  CellIndex cell = CellIndex::None();
};

struct SegmentTable {
  std::vector<Limit> limits;
  // Ascending by limit and key. All with a need that is open and not over, or holdings.
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

// Whom the TAP counts with at the level, ascending: at least one, at most kControllersPerTapMax. Good as long
// as the row is.
absl::Span<const PartyIndex> ControllersOf(const Tap& tap, ControllerLevel level);

// The limit's share in the segment on the day.
int32_t ShareOf(const Market& market, const Limit& limit, const SegmentKey& key, Day day);

// max(1, ceil(share * volume)).
Amount CapOf(int32_t share_basis_points, Amount volume);
// What one controller may hold there, where it is not waived.
Amount CapOf(const Segment& segment, const SegmentController& controller);
// others / (1 - share), in whole units; kAmountMax of the whole share. Of a sum it is at least the sum.
Amount OfferedVolume(int32_t share_basis_points, Amount others);
// What so many units cost, and what they count under the limit. At most kAmountMax, as every sum of Plus is.
Amount CostOf(Units units, MinorUnits unit_price);
Amount Measured(const Limit& limit, Units units, MinorUnits unit_price);
Amount Plus(Amount a, Amount b);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_LIMIT_H_
