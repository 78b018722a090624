#include "services/fairness/justified_envy.h"

#include <gmock/gmock.h>

#include <map>
#include <utility>

#include "tests/matcher/random_problem.h"

namespace ayni::services {
namespace {

using matcher::Problem;
using matcher::ProblemBuilder;
using matcher::Random;
using matcher::Units;

std::vector<Units> CellLoads(const Problem& problem, const std::vector<Units>& units) {
  std::vector<Units> loads(problem.cell_count(), 0);
  for (int64_t edge = 0; edge < problem.edge_count(); ++edge) {
    for (int64_t at = problem.edge_cell_begin[edge]; at < problem.edge_cell_begin[edge + 1]; ++at)
      loads[problem.edge_cell[at].at()] += units[edge];
  }
  return loads;
}

int32_t NeedOf(const Problem& problem, int64_t edge) {
  int32_t need = 0;
  while (problem.need_edge_begin[need + 1] <= edge) ++need;
  return need;
}

bool IsFeasible(const Problem& problem, const std::vector<Units>& units) {
  std::vector<Units> needs(problem.need_count(), 0);
  std::vector<Units> offers(problem.offer_count(), 0);
  std::vector<Units> taps(problem.tap_count(), 0);
  for (int64_t edge = 0; edge < problem.edge_count(); ++edge) {
    const size_t offer = problem.edge_offer[edge].at();
    needs[NeedOf(problem, edge)] += units[edge];
    offers[offer] += units[edge];
    if (problem.offer_tap[offer] != matcher::TapIndex::None())
      taps[problem.offer_tap[offer].at()] += units[edge];
    if (units[edge] < 0 || units[edge] > problem.edge_bound[edge]) return false;
    if (units[edge] > 0 && units[edge] < problem.offer_lot[offer]) return false;
  }
  for (int32_t need = 0; need < problem.need_count(); ++need)
    if (needs[need] > problem.need_demand[need]) return false;
  for (int32_t offer = 0; offer < problem.offer_count(); ++offer)
    if (offers[offer] > problem.offer_capacity[offer]) return false;
  for (int32_t tap = 0; tap < problem.tap_count(); ++tap)
    if (taps[tap] > problem.tap_capacity[tap]) return false;
  const std::vector<Units> loads = CellLoads(problem, units);
  for (int32_t cell = 0; cell < problem.cell_count(); ++cell)
    if (loads[cell] > problem.cell_room[cell]) return false;
  return true;
}

// The greatest feasible units that drawing one after another finds: not the best.
std::vector<Units> DrawFeasible(const Problem& problem, Random& random) {
  std::vector<Units> units(problem.edge_count(), 0);
  for (int tries = 0; tries < 60 && problem.edge_count() > 0; ++tries) {
    const int64_t edge = matcher::Draw(random, 0, problem.edge_count() - 1);
    const Units before = units[edge];
    units[edge] = matcher::Draw(random, 0, problem.edge_bound[edge]);
    if (!IsFeasible(problem, units)) units[edge] = before;
  }
  return units;
}

// By the words of fairness.proto: tries every q.
std::map<std::pair<int64_t, int64_t>, Envy> ByTrying(const Problem& problem,
                                                     const std::vector<Units>& units) {
  std::map<std::pair<int64_t, int64_t>, Envy> found;
  const std::vector<Units> loads = CellLoads(problem, units);
  const auto is_in = [&](int64_t edge, int32_t cell) {
    for (int64_t at = problem.edge_cell_begin[edge]; at < problem.edge_cell_begin[edge + 1]; ++at)
      if (problem.edge_cell[at].value == cell) return true;
    return false;
  };
  for (int64_t edge = 0; edge < problem.edge_count(); ++edge) {
    const int32_t need = NeedOf(problem, edge);
    Units lacking = problem.need_demand[need];
    Units worse = 0;
    for (int64_t other = problem.need_edge_begin[need]; other < problem.need_edge_begin[need + 1]; ++other) {
      lacking -= units[other];
      if (problem.edge_weight[other] < problem.edge_weight[edge]) worse += units[other];
    }
    for (int64_t match = 0; match < problem.edge_count(); ++match) {
      if (problem.edge_offer[match] != problem.edge_offer[edge] || units[match] == 0 ||
          problem.edge_weight[match] >= problem.edge_weight[edge])
        continue;
      const Units lot = problem.offer_lot[problem.edge_offer[edge].at()];
      const auto most = [&](Units wanted) {
        Units best = 0;
        for (Units q = 1; q <= std::min(units[match], wanted); ++q) {
          const Units kept = units[match] - q;
          bool can = units[edge] + q <= problem.edge_bound[edge] && units[edge] + q >= lot &&
                     (kept == 0 || kept >= lot);
          for (int32_t cell = 0; cell < problem.cell_count(); ++cell) {
            if (is_in(edge, cell) && !is_in(match, cell))
              can = can && loads[cell] + q <= problem.cell_room[cell];
            if (!is_in(edge, cell) && is_in(match, cell) && problem.has_floors() &&
                problem.cell_floor[cell] > 0)
              can = can && loads[cell] - q >= problem.cell_floor[cell];
          }
          if (can) best = q;
        }
        return best;
      };
      const Units by_lack = most(lacking);
      const Units by_any = most(lacking + worse);
      if (by_any == 0) continue;
      found[{edge, match}] = {edge, match, by_lack > 0 ? by_lack : by_any, by_lack > 0};
    }
  }
  return found;
}

TEST(JustifiedEnvy, IsWhatTryingEveryQuantityFinds) {
  Random random(5);
  int64_t count = 0;
  for (int round = 0; round < 2000; ++round) {
    matcher::ProblemShape shape;
    shape.lots = round % 2 == 0;
    shape.floors = round % 3 == 0;
    shape.demand = 6;
    shape.weight = 8;
    const Problem problem = matcher::RandomProblem(random, shape);
    const std::vector<Units> units = DrawFeasible(problem, random);
    const auto expected = ByTrying(problem, units);
    const std::vector<Envy> found = FindJustifiedEnvy(problem, units);
    ASSERT_EQ(found.size(), expected.size()) << "round " << round;
    for (const Envy& envy : found) {
      const auto at = expected.find({envy.edge, envy.envied_edge});
      ASSERT_NE(at, expected.end());
      EXPECT_EQ(envy.units, at->second.units);
      EXPECT_EQ(envy.is_lacking, at->second.is_lacking);
      ++count;
    }
  }
  EXPECT_GT(count, 500);
}

TEST(JustifiedEnvy, OfALackingNeedIsABetterSumThatIsFeasible) {
  Random random(6);
  for (int round = 0; round < 1000; ++round) {
    const Problem problem = matcher::RandomProblem(random, {.demand = 6, .weight = 8, .lots = true});
    std::vector<Units> units = DrawFeasible(problem, random);
    for (const Envy& envy : FindJustifiedEnvy(problem, units)) {
      if (!envy.is_lacking) continue;
      std::vector<Units> moved = units;
      moved[envy.edge] += envy.units;
      moved[envy.envied_edge] -= envy.units;
      EXPECT_TRUE(IsFeasible(problem, moved));
      EXPECT_GT(problem.edge_weight[envy.edge], problem.edge_weight[envy.envied_edge]);
    }
  }
}

TEST(JustifiedEnvy, HoldsBackWhereALimitHasNoRoom) {
  ProblemBuilder open;
  open.Need(2).Need(2).Offer(2).Edge(0, 0, 2, 10).Edge(1, 0, 2, 20);
  EXPECT_EQ(FindJustifiedEnvy(open.Build(), {2, 0}).size(), 1U);
  ProblemBuilder full;
  full.Need(2).Need(2).Offer(2).Cell(0).Edge(0, 0, 2, 10).Edge(1, 0, 2, 20, {0});
  EXPECT_TRUE(FindJustifiedEnvy(full.Build(), {2, 0}).empty());
}

}  // namespace
}  // namespace ayni::services
