// What the limits leave each controller between rounds: the caps of the last round, less what is held by now.
//
//   volume  V = the segment's volume in the last round                                     (kDemand)
//             + what was given since, at once, to needs that the round did not know
//             + what counts of the need that is asked about, where the round did not know it
//             = what is held + what counts of the need that is asked about                 (kMatched)
//             = as kDemand, but for a controller at most its volume in the last round, and what of the rest
//               others were given or could be, over 1 - share                              (kOffered)
//   cap       = max(1, ceil(share * V)), as in limit.h
//   held      = what live matches of the last round, those made since, and those of the limit's window have
// Of a segment that the round did not know, volume counts what is held and the need that is asked about. What
// counts of it is what its candidates could serve, for who looks; and for who matches what it is really
// given, so that demand that is only posted lifts no cap. A segment is thin where neither the round nor the
// need's own candidates showed min_controllers independent controllers.
//
// What is held is kept up to date unit by unit, so that an answer costs a few lookups. Many threads may read
// while none writes.
#ifndef AYNI_MATCHER_LIMIT_STANDING_H_
#define AYNI_MATCHER_LIMIT_STANDING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "matcher/candidate.h"
#include "matcher/limit.h"
#include "matcher/market.h"

namespace ayni::matcher {

// A holding, and what it has to do with the last round.
struct LiveHolding {
  Holding holding;
  // Given by the last round, or at its prices since.
  bool of_round = false;
  // Its need was made after the round's snapshot, so that the round's volumes lack it. Implies of_round.
  bool beyond_round = false;
};

// What the last round found of a segment.
struct RoundSegment {
  Amount volume = 0;
  int32_t eligible_controller_count = 0;
};

// What of a need counts in the volumes of segments, by measure.
struct NeedVolume {
  Units units = 0;
  Amount money = 0;

  friend bool operator==(const NeedVolume&, const NeedVolume&) = default;
};

// What its candidates could serve of the need, at the price of the cheapest.
NeedVolume DemandOf(const Need& need, absl::Span<const Candidate> candidates);

// What a controller's candidates could be given of a need.
struct ControllerReach {
  PartyIndex controller;
  Units units = 0;
};

// One limit where a need is.
struct NeedSegment {
  int32_t limit = 0;  // position among the limits
  SegmentKey key;
  int32_t share_basis_points = 0;
  Amount volume = 0;
  Amount cap = 0;
  bool thin = false;
  // Thin, under the rule kWaive: no cap holds here.
  bool waived = false;
  // Of kOffered: what of the need counts in the volume, what all its candidates could be given, and what of
  // that each controller's could, ascending.
  Units counted = 0;
  Units reached = 0;
  std::vector<ControllerReach> reaches = {};
};

// One controller under one limit where a need is.
struct LimitStanding {
  int32_t limit = 0;
  PartyIndex controller;
  Amount held = 0;
  // The most that it may hold, where the limit is not waived, and the volume that it is a share of.
  Amount volume = 0;
  Amount cap = 0;
  // What it may still be given, as the limit measures it: kAmountMax where the limit is waived.
  Amount room = 0;
  // What one unit of the candidate counts: 1, or its price.
  Amount unit_amount = 1;

  // In units of the candidate. One that holds nothing may have one.
  Units UnitRoom() const;
};

class LimitStandings {
 public:
  LimitStandings() = default;
  // `round_day` is that of the last round's publication; kDayMax where there is none.
  LimitStandings(std::vector<Limit> limits, Day round_day);

  const std::vector<Limit>& limits() const { return limits_; }

  // REQUIRES: limit is a position among the limits.
  void SetRoundSegment(int32_t limit, const SegmentKey& key, const RoundSegment& segment);
  // Of a controller whose volume was another than the segment's.
  void SetRoundVolume(int32_t limit, const SegmentKey& key, PartyIndex controller, Amount volume);

  // REQUIRES: the holding's TAP is a row of the market; what is taken out was put in, and the market's
  // territories and ownership groups are as they were then.
  void Add(const Market& market, const LiveHolding& live) { Count(market, live, live.holding.units); }
  void Remove(const Market& market, const LiveHolding& live) { Count(market, live, -live.holding.units); }

  // By limit. `known` says whether the last round knew the need, of which `candidates` are all; `counted` is
  // what of it counts in volumes.
  std::vector<NeedSegment> SegmentsOf(const Market& market, const Need& need,
                                      absl::Span<const Candidate> candidates, bool known,
                                      const NeedVolume& counted, Day today) const;
  // By limit, and by controller of the TAP under it. The segments are what SegmentsOf returned, as of the
  // same day; `unit_price` is the candidate's.
  std::vector<LimitStanding> StandingsOf(absl::Span<const NeedSegment> segments, const Tap& tap,
                                         MinorUnits unit_price, Day today) const;

  // Units of the TAP that are of the last round.
  Units GivenOfRound(TapIndex tap) const;

  size_t ByteSize() const;

 private:
  struct DayAmount {
    Day day = 0;
    Amount amount = 0;
  };
  // Ascending by day.
  using AmountsByDay = std::vector<DayAmount>;
  struct CellKey {
    SegmentKey segment;
    PartyIndex controller;

    friend bool operator==(const CellKey&, const CellKey&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const CellKey& key) {
      return H::combine(std::move(h), key.segment, key.controller.value);
    }
  };
  struct SegmentState {
    std::optional<RoundSegment> of_round;
    AmountsByDay held;
    Amount beyond_round = 0;
  };
  struct CellState {
    std::optional<Amount> round_volume;
    AmountsByDay held;
    Amount beyond_round = 0;
  };
  struct LimitState {
    absl::flat_hash_map<SegmentKey, SegmentState> segments;
    absl::flat_hash_map<CellKey, CellState> cells;
  };

  void Count(const Market& market, const LiveHolding& live, Units units);
  static void Add(Day day, Amount amount, AmountsByDay* by_day);
  static Amount Since(Day first, const AmountsByDay& by_day);
  // Of kOffered. `cell` may be null.
  Amount VolumeOf(const NeedSegment& segment, PartyIndex controller, const CellState* cell, Day today) const;
  // From this day on holdings count.
  Day FirstDay(const Limit& limit, Day today) const;

  std::vector<Limit> limits_;
  Day round_day_ = kDayMax;
  std::vector<LimitState> states_;                      // by limit
  absl::flat_hash_map<int32_t, Units> given_of_round_;  // by TapIndex
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_LIMIT_STANDING_H_
