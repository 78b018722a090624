#include "tests/matcher/brute_force.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace ayni::matcher {
namespace {

class Search {
 public:
  Search(const Problem& problem, const std::function<void(const std::vector<Units>&)>& visit)
      : problem_(problem), visit_(visit), left_(problem), units_(problem.edge_offer.size(), 0) {}

  void From(int32_t need, int64_t edge) {
    while (need < problem_.need_count() && edge == problem_.need_edge_begin[need + 1]) ++need;
    if (need == problem_.need_count()) return visit_(units_);
    From(need, edge + 1);
    const size_t offer = problem_.edge_offer[edge].at();
    for (Units units = problem_.offer_lot[offer]; units <= problem_.edge_bound[edge]; ++units) {
      units_[edge] = units;
      if (Use(need, edge, units)) From(need, edge + 1);
      Use(need, edge, -units);
    }
    units_[edge] = 0;
  }

 private:
  // Whether nothing is overdrawn then.
  bool Use(int32_t need, int64_t edge, Units units) {
    const size_t offer = problem_.edge_offer[edge].at();
    const TapIndex tap = problem_.offer_tap[offer];
    bool fits = (left_.need_demand[need] -= units) >= 0;
    fits &= (left_.offer_capacity[offer] -= units) >= 0;
    if (tap.present()) fits &= (left_.tap_capacity[tap.at()] -= units) >= 0;
    for (int64_t i = problem_.edge_cell_begin[edge]; i < problem_.edge_cell_begin[edge + 1]; ++i) {
      fits &= (left_.cell_room[problem_.edge_cell[i].at()] -= units) >= 0;
    }
    return fits;
  }

  const Problem& problem_;
  const std::function<void(const std::vector<Units>&)>& visit_;
  Problem left_;
  std::vector<Units> units_;
};

int64_t Value(const Problem& problem, const std::vector<Units>& units) {
  int64_t value = 0;
  std::vector<Units> lacks = problem.cell_floor;
  for (int64_t e = 0; e < problem.edge_count(); ++e) {
    value += units[e] * problem.edge_weight[e];
    if (lacks.empty()) continue;
    for (int64_t i = problem.edge_cell_begin[e]; i < problem.edge_cell_begin[e + 1]; ++i) {
      lacks[problem.edge_cell[i].at()] -= units[e];
    }
  }
  for (size_t c = 0; c < lacks.size(); ++c) value -= problem.cell_penalty[c] * std::max<Units>(0, lacks[c]);
  return value;
}

}  // namespace

bool IsFeasible(const Problem& problem, const std::vector<Units>& edge_units) {
  // By constraint, one after another; costs constraints times edges.
  const auto within = [&](auto takes_part, Units most) {
    Units sum = 0;
    for (int32_t n = 0; n < problem.need_count(); ++n) {
      for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
        if (takes_part(n, e)) sum += edge_units[e];
      }
    }
    return sum <= most;
  };
  const auto offer_of = [&](int64_t e) { return problem.edge_offer[e]; };
  bool feasible = true;
  for (int64_t e = 0; e < problem.edge_count(); ++e) {
    const Units units = edge_units[e];
    feasible &= units == 0 || units >= problem.offer_lot[offer_of(e).at()];
    feasible &= units >= 0 && units <= problem.edge_bound[e];
  }
  for (int32_t need = 0; need < problem.need_count(); ++need) {
    feasible &= within([&](int32_t n, int64_t) { return n == need; }, problem.need_demand[need]);
  }
  for (int32_t o = 0; o < problem.offer_count(); ++o) {
    feasible &= within([&](int32_t, int64_t e) { return offer_of(e).value == o; }, problem.offer_capacity[o]);
  }
  for (int32_t t = 0; t < problem.tap_count(); ++t) {
    feasible &= within([&](int32_t, int64_t e) { return problem.offer_tap[offer_of(e).at()].value == t; },
                       problem.tap_capacity[t]);
  }
  for (int32_t c = 0; c < problem.cell_count(); ++c) {
    const auto in_cell = [&](int32_t, int64_t e) {
      const auto begin = problem.edge_cell.begin();
      return std::find(begin + problem.edge_cell_begin[e], begin + problem.edge_cell_begin[e + 1],
                       CellIndex{c}) != begin + problem.edge_cell_begin[e + 1];
    };
    feasible &= within(in_cell, problem.cell_room[c]);
  }
  return feasible;
}

void ForEachSolution(const Problem& problem, const std::function<void(const std::vector<Units>&)>& visit) {
  Search(problem, visit).From(0, 0);
}

int64_t BruteForceOptimum(const Problem& problem) {
  int64_t best = std::numeric_limits<int64_t>::min();
  ForEachSolution(problem,
                  [&](const std::vector<Units>& units) { best = std::max(best, Value(problem, units)); });
  return best;
}

}  // namespace ayni::matcher
