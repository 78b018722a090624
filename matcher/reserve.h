// Shares and workloads that are kept for classes of TAPs, softly: what a class lacks of them costs a penalty.
//
//   reserve   of each segment, floor(share * demand of its needs) units for the TAPs of the class together
//   floor     for each TAP of the class, a least workload in the round
// Demand is what candidates can serve. What no candidate of the class could serve is not asked for.
#ifndef AYNI_MATCHER_RESERVE_H_
#define AYNI_MATCHER_RESERVE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "matcher/candidate.h"
#include "matcher/edge_cells.h"
#include "matcher/limit.h"
#include "matcher/market.h"
#include "matcher/problem.h"

namespace ayni::matcher {

inline constexpr int kReservesMax = 8;
inline constexpr int kFloorsMax = 8;

// Which TAPs: those that are all that is set.
struct TapClass {
  TapModel model = TapModel::kUnknown;
  Gender gender = Gender::kUnknown;
  int32_t certified_days_max = 0;  // since the first of its credentials was issued; 0: any
  std::optional<int32_t> outcome_count_max = std::nullopt;  // of which the market knows; nullopt: any
};

bool Includes(const TapClass& taps, const Tap& tap, Day today);

struct Reserve {
  TapClass taps;
  TerritoryLevel territory_level = TerritoryLevel::kDistrict;
  bool by_value_chain = false;
  std::vector<ChainIndex> chains = {};  // of these only; none: of all
  int32_t share_basis_points = 0;       // 1..10,000
  int32_t penalty = 0;                  // 1..kWeightMax, for each unit
};

struct Floor {
  TapClass taps;
  Units quantity = 0;   // 1..kUnitsMax
  int32_t penalty = 0;  // 1..kWeightMax, for each unit
};

// At most kReservesMax and kFloorsMax, each in its ranges: OK, or InvalidArgument naming the first that is
// not.
absl::Status Validate(absl::Span<const Reserve> reserves, absl::Span<const Floor> floors);

// What a reserve keeps in one segment, or a floor for one TAP.
struct Kept {
  int32_t reserve = -1;  // position among the reserves; -1: of a floor
  int32_t floor = -1;    // position among the floors; -1: of a reserve
  SegmentKey key;        // of a reserve: service, territory and chain
  TapIndex tap;          // of a floor
  Units demanded = 0;    // of a reserve: the segment's demand
  Units quantity = 0;
  CellIndex cell;
};

// Appends a cell with a floor to the problem for each that keeps something, and says which edges lie in it.
// REQUIRES: they pass Validate; need_demand is by need of the market, and the candidates are of it.
std::vector<EdgeCells> AppendReserves(const Market& market, const Candidates& candidates,
                                      absl::Span<const Units> need_demand, absl::Span<const Reserve> reserves,
                                      absl::Span<const Floor> floors, Day today, Problem* problem,
                                      std::vector<Kept>* kept);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_RESERVE_H_
