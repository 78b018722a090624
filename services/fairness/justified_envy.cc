#include "services/fairness/justified_envy.h"

#include <algorithm>

namespace ayni::services {
namespace {

using matcher::CellIndex;
using matcher::Units;

class EnvySearch {
 public:
  EnvySearch(const matcher::Problem& problem, absl::Span<const Units> units)
      : problem_(problem), units_(units), loads_(problem.cell_count(), 0), matches_(problem.offer_count()) {
    for (int64_t edge = 0; edge < problem_.edge_count(); ++edge) {
      if (units_[edge] <= 0) continue;
      matches_[problem_.edge_offer[edge].at()].push_back(edge);
      for (const CellIndex cell : CellsOf(edge)) loads_[cell.at()] += units_[edge];
    }
  }

  std::vector<Envy> Run() {
    for (int32_t need = 0; need < problem_.need_count(); ++need) {
      const int64_t begin = problem_.need_edge_begin[need];
      const int64_t end = problem_.need_edge_begin[need + 1];
      Units lacking = problem_.need_demand[need];
      for (int64_t edge = begin; edge < end; ++edge) lacking -= units_[edge];
      for (int64_t edge = begin; edge < end; ++edge) {
        Units worse = 0;
        for (int64_t other = begin; other < end; ++other) {
          if (problem_.edge_weight[other] < problem_.edge_weight[edge]) worse += units_[other];
        }
        AddThoseAt(edge, lacking, worse);
      }
    }
    return std::move(found_);
  }

 private:
  absl::Span<const CellIndex> CellsOf(int64_t edge) const {
    const int64_t begin = problem_.edge_cell_begin[edge];
    return absl::MakeConstSpan(problem_.edge_cell).subspan(begin, problem_.edge_cell_begin[edge + 1] - begin);
  }

  // The least room of the cells that the edge is in and the match is not, and the least that those that the
  // match alone is in have above their floors.
  Units RoomBeside(int64_t edge, int64_t match) const {
    const absl::Span<const CellIndex> of_edge = CellsOf(edge);
    const absl::Span<const CellIndex> of_match = CellsOf(match);
    Units room = matcher::kUnitsMax;
    for (const CellIndex cell : of_edge) {
      if (!std::binary_search(of_match.begin(), of_match.end(), cell))
        room = std::min(room, problem_.cell_room[cell.at()] - loads_[cell.at()]);
    }
    for (const CellIndex cell : of_match) {
      const Units floor = problem_.has_floors() ? problem_.cell_floor[cell.at()] : 0;
      if (floor > 0 && !std::binary_search(of_edge.begin(), of_edge.end(), cell))
        room = std::min(room, loads_[cell.at()] - floor);
    }
    return std::max<Units>(0, room);
  }

  // The most of at most `most` units that can go from the match to the edge; 0 where none can.
  Units MostThatCanGo(int64_t edge, int64_t match, Units most) const {
    const Units lot = problem_.offer_lot[problem_.edge_offer[edge].at()];
    const Units least = std::max<Units>(1, lot - units_[edge]);
    const Units of_match = units_[match];
    most = std::min({most, problem_.edge_bound[edge] - units_[edge], of_match});
    if (most != of_match) most = std::min(most, of_match - lot);
    return most >= least ? most : 0;
  }

  void AddThoseAt(int64_t edge, Units lacking, Units worse) {
    if (lacking + worse <= 0 || units_[edge] >= problem_.edge_bound[edge]) return;
    for (const int64_t match : matches_[problem_.edge_offer[edge].at()]) {
      if (problem_.edge_weight[match] >= problem_.edge_weight[edge]) continue;
      const Units room = RoomBeside(edge, match);
      Envy envy{.edge = edge, .envied_edge = match};
      envy.units = MostThatCanGo(edge, match, std::min(room, lacking));
      envy.is_lacking = envy.units > 0;
      if (!envy.is_lacking) envy.units = MostThatCanGo(edge, match, std::min(room, lacking + worse));
      if (envy.units > 0) found_.push_back(envy);
    }
  }

  const matcher::Problem& problem_;
  const absl::Span<const Units> units_;
  std::vector<Units> loads_;                   // by cell
  std::vector<std::vector<int64_t>> matches_;  // by offer
  std::vector<Envy> found_;
};

}  // namespace

std::vector<Envy> FindJustifiedEnvy(const matcher::Problem& problem, absl::Span<const Units> edge_units) {
  return EnvySearch(problem, edge_units).Run();
}

}  // namespace ayni::services
