#include "matcher/reserve.h"

#include <algorithm>
#include <map>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "matcher/ownership.h"

namespace ayni::matcher {
namespace {

// Puts the floors of one reserve after the other, or of one floor, into a problem.
class Keeping {
 public:
  Keeping(const Market& market, const Candidates& candidates, absl::Span<const Units> need_demand, Day today,
          Problem* problem, std::vector<Kept>* kept)
      : market_(market),
        candidates_(candidates),
        need_demand_(need_demand),
        today_(today),
        problem_(*problem),
        kept_(*kept) {
    problem_.cell_floor.resize(problem_.cell_room.size());
    problem_.cell_penalty.resize(problem_.cell_room.size());
  }

  EdgeCells Append(const Reserve& reserve, int32_t position) {
    const std::vector<bool> included = Included(reserve.taps);
    std::vector<int32_t> segment_of_need(need_demand_.size(), -1);
    const std::vector<Kept> segments = SegmentsOf(reserve, position, included, &segment_of_need);
    std::vector<CellIndex> cells;
    for (const Kept& segment : segments) cells.push_back(AppendCell(segment, reserve.penalty));
    return Mark([&](size_t need, TapIndex tap) {
      const int32_t segment = segment_of_need[need];
      return segment < 0 || !included[tap.at()] ? CellIndex::None() : cells[segment];
    });
  }

  EdgeCells Append(const Floor& floor, int32_t position) {
    const std::vector<bool> included = Included(floor.taps);
    std::vector<Units> reach(market_.tap_count());
    ForEachEdge([&](size_t need, int64_t edge, TapIndex tap) {
      if (included[tap.at()]) reach[tap.at()] += std::min<Units>(candidates_.bound[edge], need_demand_[need]);
    });
    std::vector<CellIndex> cells(market_.tap_count());
    for (int32_t at = 0; at < market_.tap_count(); ++at) {
      const Units capacity = market_.tap(TapIndex{at}).capacity;
      Kept kept;
      kept.floor = position;
      kept.tap = {at};
      kept.quantity = std::min(floor.quantity, reach[at]);
      if (capacity > 0) kept.quantity = std::min(kept.quantity, capacity);
      cells[at] = AppendCell(kept, floor.penalty);
    }
    return Mark([&](size_t, TapIndex tap) { return cells[tap.at()]; });
  }

 private:
  std::vector<bool> Included(const TapClass& taps) const {
    std::vector<bool> included(market_.tap_count());
    for (int32_t at = 0; at < market_.tap_count(); ++at)
      included[at] = Includes(taps, market_.tap(TapIndex{at}), today_);
    return included;
  }

  template <typename Visit>
  void ForEachEdge(const Visit& visit) const {
    for (size_t need = 0; need < need_demand_.size(); ++need) {
      for (int64_t edge = candidates_.need_begin[need]; edge < candidates_.need_begin[need + 1]; ++edge)
        visit(need, edge, market_.offer(candidates_.offer[edge]).tap);
    }
  }

  // In the order of their keys, with the units that the reserve keeps in each.
  std::vector<Kept> SegmentsOf(const Reserve& reserve, int32_t position, const std::vector<bool>& included,
                               std::vector<int32_t>* segment_of_need) const {
    struct Found {
      Units demanded = 0;
      Units reached = 0;
      std::vector<size_t> needs;
    };
    std::map<SegmentKey, Found> found;
    for (size_t at = 0; at < need_demand_.size(); ++at) {
      if (need_demand_[at] == 0) continue;
      const Need need = market_.need(NeedIndex{static_cast<int32_t>(at)});
      const bool is_of_chains =
          reserve.chains.empty() ||
          std::find(reserve.chains.begin(), reserve.chains.end(), need.chain) != reserve.chains.end();
      if (!is_of_chains) continue;
      Units reached = 0;
      for (int64_t edge = candidates_.need_begin[at]; edge < candidates_.need_begin[at + 1]; ++edge) {
        if (included[market_.offer(candidates_.offer[edge]).tap.at()]) reached += candidates_.bound[edge];
      }
      SegmentKey key;
      key.service = need.service;
      key.territory = market_.At(need.district, reserve.territory_level);
      if (reserve.by_value_chain) key.chain = need.chain;
      Found& segment = found[key];
      segment.demanded += need_demand_[at];
      segment.reached += std::min(reached, need_demand_[at]);
      segment.needs.push_back(at);
    }
    std::vector<Kept> segments;
    for (const auto& [key, segment] : found) {
      for (size_t need : segment.needs) (*segment_of_need)[need] = static_cast<int32_t>(segments.size());
      const auto share = static_cast<Units>(static_cast<__int128>(reserve.share_basis_points) *
                                            segment.demanded / kWholeBasisPoints);
      Kept kept;
      kept.reserve = position;
      kept.key = key;
      kept.demanded = segment.demanded;
      kept.quantity = std::min({share, segment.reached, kUnitsMax});
      segments.push_back(kept);
    }
    return segments;
  }

  // None() where it keeps nothing.
  CellIndex AppendCell(Kept kept, int64_t penalty) {
    // Vast markets keep less, so that what is paid fits 64 bits.
    kept.quantity = std::min(kept.quantity, (kTotalPenaltyMax - paid_max_) / penalty);
    if (kept.quantity == 0) return CellIndex::None();
    paid_max_ += kept.quantity * penalty;
    kept.cell = CellIndex{problem_.cell_count()};
    problem_.cell_room.push_back(kUnitsMax);
    problem_.cell_floor.push_back(kept.quantity);
    problem_.cell_penalty.push_back(penalty);
    kept_.push_back(kept);
    return kept.cell;
  }

  template <typename CellOf>
  EdgeCells Mark(const CellOf& cell_of) const {
    EdgeCells edges;
    edges.cells.resize(candidates_.offer.size());
    ForEachEdge([&](size_t need, int64_t edge, TapIndex tap) { edges.cells[edge] = cell_of(need, tap); });
    return edges;
  }

  const Market& market_;
  const Candidates& candidates_;
  const absl::Span<const Units> need_demand_;
  const Day today_;
  Problem& problem_;
  std::vector<Kept>& kept_;
  int64_t paid_max_ = 0;
};

}  // namespace

bool Includes(const TapClass& taps, const Tap& tap, Day today) {
  if (taps.model != TapModel::kUnknown && taps.model != tap.model) return false;
  if (taps.gender != Gender::kUnknown && taps.gender != tap.gender) return false;
  if (taps.outcome_count_max.has_value() && tap.outcomes > *taps.outcome_count_max) return false;
  if (taps.certified_days_max == 0) return true;
  Day first = kDayMax;
  for (const Credential& credential : tap.credentials) {
    if (credential.curriculum == Curriculum::kNone) first = std::min(first, credential.window.first);
  }
  return first <= today && first >= today - taps.certified_days_max;
}

absl::Status Validate(absl::Span<const Reserve> reserves, absl::Span<const Floor> floors) {
  if (reserves.size() > kReservesMax)
    return absl::InvalidArgumentError(absl::StrCat(reserves.size(), " reserves: at most ", kReservesMax));
  if (floors.size() > kFloorsMax)
    return absl::InvalidArgumentError(absl::StrCat(floors.size(), " floors: at most ", kFloorsMax));
  const auto is_penalty = [](int32_t penalty) { return penalty >= 1 && penalty <= kWeightMax; };
  for (size_t at = 0; at < reserves.size(); ++at) {
    const Reserve& reserve = reserves[at];
    if (reserve.share_basis_points < 1 || reserve.share_basis_points > kWholeBasisPoints)
      return absl::InvalidArgumentError(
          absl::StrCat("reserve ", at, ": its share is 1 to ", kWholeBasisPoints));
    if (!is_penalty(reserve.penalty))
      return absl::InvalidArgumentError(absl::StrCat("reserve ", at, ": its penalty is 1 to ", kWeightMax));
  }
  for (size_t at = 0; at < floors.size(); ++at) {
    if (floors[at].quantity < 1 || floors[at].quantity > kUnitsMax)
      return absl::InvalidArgumentError(absl::StrCat("floor ", at, ": its quantity is 1 to ", kUnitsMax));
    if (!is_penalty(floors[at].penalty))
      return absl::InvalidArgumentError(absl::StrCat("floor ", at, ": its penalty is 1 to ", kWeightMax));
  }
  return absl::OkStatus();
}

std::vector<EdgeCells> AppendReserves(const Market& market, const Candidates& candidates,
                                      absl::Span<const Units> need_demand, absl::Span<const Reserve> reserves,
                                      absl::Span<const Floor> floors, Day today, Problem* problem,
                                      std::vector<Kept>* kept) {
  std::vector<EdgeCells> cells;
  if (reserves.empty() && floors.empty()) return cells;
  Keeping keeping(market, candidates, need_demand, today, problem, kept);
  for (size_t at = 0; at < reserves.size(); ++at)
    cells.push_back(keeping.Append(reserves[at], static_cast<int32_t>(at)));
  for (size_t at = 0; at < floors.size(); ++at)
    cells.push_back(keeping.Append(floors[at], static_cast<int32_t>(at)));
  return cells;
}

}  // namespace ayni::matcher
