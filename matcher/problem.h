// The clearing problem, as columns of integers: section 4 of the design, with nothing in it but numbers.
//
//   maximise  sum over edges e of weight_e * x_e
//             - sum over cells of penalty * max(0, floor - sum over the edges in the cell)
//   over whole numbers 0 <= x_e <= bound_e subject to
//     sum over the edges of a need    <= its demand
//     sum over the edges of an offer  <= its capacity
//     sum over the edges of a TAP     <= its capacity
//     sum over the edges in a cell    <= its room
//     x_e = 0 or x_e >= the lot of its offer
// A cell is one controller in one segment, under one limit. Its floor is soft: what it lacks is paid for. A
// floor above the room is paid for as far as the room can't reach it.
//
// Edges are grouped by need and lie in one column each, so that a pass over them streams through memory.
#ifndef AYNI_MATCHER_PROBLEM_H_
#define AYNI_MATCHER_PROBLEM_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "matcher/index.h"
#include "matcher/workers.h"

namespace ayni::matcher {

inline constexpr int32_t kWeightMax = 1'000'000;
inline constexpr Units kUnitsMax = 1'000'000'000;  // the largest demand, capacity, room, bound or lot
// Eight limits of four controllers each, eight reserves, eight floors and a promise fit.
inline constexpr int kCellsPerEdgeMax = 64;
// For each unit under a floor. More than any unit could be worth that it pushes out elsewhere, so that a
// floor can stand for a promise.
inline constexpr int64_t kPenaltyMax = 100'000'000;
// The largest demand of all needs together, so that any value fits 64 bits: 9 x 10^12 units of weight 10^6.
inline constexpr Units kTotalDemandMax = 9'000'000'000'000;
static_assert(kTotalDemandMax <= INT64_MAX / kWeightMax);
// The largest sum of floor x penalty, so that what is paid fits 64 bits too.
inline constexpr int64_t kTotalPenaltyMax = 9'000'000'000'000'000'000;
static_assert(kTotalPenaltyMax < INT64_MAX);

struct Problem {
  std::vector<Units> need_demand;     // by NeedIndex
  std::vector<Units> offer_capacity;  // by OfferIndex
  std::vector<TapIndex> offer_tap;    // by OfferIndex; None() where no TAP capacity binds the offer
  std::vector<Units> offer_lot;       // by OfferIndex; 1 where any quantity will do
  std::vector<Units> tap_capacity;    // by TapIndex
  std::vector<Units> cell_room;       // by CellIndex: cap less what is already held, never negative
  // By CellIndex, or both empty where no cell has a floor.
  std::vector<Units> cell_floor;      // 0 where there is none
  std::vector<int64_t> cell_penalty;  // 0..kPenaltyMax

  // Edges of need n stand in [need_edge_begin[n], need_edge_begin[n + 1]), in ascending order of offer, and
  // no (need, offer) pair stands twice. need_edge_begin has one entry more than there are needs.
  std::vector<int64_t> need_edge_begin;
  std::vector<OfferIndex> edge_offer;
  std::vector<Units> edge_bound;     // 1..kUnitsMax
  std::vector<int32_t> edge_weight;  // 1..kWeightMax

  // Cells of edge e stand in [edge_cell_begin[e], edge_cell_begin[e + 1]) of edge_cell, in ascending order,
  // each once.
  std::vector<int64_t> edge_cell_begin;
  std::vector<CellIndex> edge_cell;

  int32_t need_count() const { return static_cast<int32_t>(need_demand.size()); }
  int32_t offer_count() const { return static_cast<int32_t>(offer_capacity.size()); }
  int32_t tap_count() const { return static_cast<int32_t>(tap_capacity.size()); }
  int32_t cell_count() const { return static_cast<int32_t>(cell_room.size()); }
  bool has_floors() const { return !cell_floor.empty(); }
  int64_t edge_count() const { return static_cast<int64_t>(edge_offer.size()); }
};

// Of the edges; 1 where there are none. Linear in them.
int32_t HeaviestWeight(const Problem& problem);

// Whether the columns fit together and every number is in its range: OK, or InvalidArgument naming the first
// column and position that are wrong. Linear in the size of the problem. Clear and Verify require a problem
// that passes.
absl::Status Validate(const Problem& problem);
// The same, and the same words, on several threads.
absl::Status Validate(const Problem& problem, Workers& workers);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_PROBLEM_H_
